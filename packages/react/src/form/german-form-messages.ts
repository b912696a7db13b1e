import type { FormMessages } from './form-messages.ts';

/** A form in German. */
export const germanFormMessages: FormMessages = {
  required: 'nötig',
  differs: 'weicht vom Standard ab',
  unsaved: 'nicht gespeichert',
  reset: (field) => `${field} zurücksetzen`,
  locked: 'gesperrt',
  lockedBy: (variable) => `Die Umgebungsvariable ${variable} bestimmt dies.`,
  range: (min, max) =>
    [min === undefined ? '' : `mindestens ${min}`, max === undefined ? '' : `höchstens ${max}`]
      .filter(Boolean)
      .join(', '),
  noChoice: '–',
  add: (field) => `${field}: hinzufügen`,
  remove: (entry) => `${entry} entfernen`,
  entry: (field, position) => `${field} ${position}`,
  secretIsSet: 'ist gesetzt',
  secretIsUnset: 'ist nicht gesetzt',
  secretIsNew: 'neuer Wert, nicht gespeichert',
  secretIsCleared: 'wird gelöscht',
  replace: (field) => `${field} ersetzen`,
  clear: (field) => `${field} löschen`,
  keep: (field) => `${field} behalten`,
  notJson: (reason) => `Das ist kein JSON: ${reason}`,
  notAnObject: 'Das muss ein Objekt sein.',
  json: 'Einstellungen als JSON',
  jsonHint: 'Was fehlt, geht auf seinen Standard zurück. { "$secret": … } behält ein Geheimnis, ein Text ersetzt es.',
};
