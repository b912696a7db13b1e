import type { ConfigMessages } from './config-messages.ts';

/** The configuration of a plugin in German. */
export const germanConfig: ConfigMessages = {
  view: 'Ansicht',
  views: { form: 'Formular', json: 'JSON', history: 'Frühere Stände' },
  revision: (revision) => `Stand ${revision}`,
  savedBy: (who, when) => `gespeichert von ${who}, ${when}`,
  effects: {
    hot: 'Das Plugin übernimmt es im Lauf.',
    reload: 'Das Plugin wird damit neu geladen.',
    later: 'Es gilt, sobald das Plugin eingeschaltet wird.',
  },
  nothing: 'Dieses Plugin hat keine Einstellungen.',
  problems: (count) =>
    count === 1 ? 'Eine Einstellung braucht Aufmerksamkeit.' : `${count} Einstellungen brauchen Aufmerksamkeit.`,
  notSaved: 'Es wurde nicht gespeichert',
  review: (count) => (count === 1 ? 'Eine Änderung ansehen' : `${count} Änderungen ansehen`),
  reviewTitle: (plugin) => `${plugin} ändern?`,
  unread:
    'Was hier steht, ist noch kein JSON und ginge verloren. Erst berichtigen oder die Änderungen verwerfen, dann anderes ansehen.',
  back: 'Zurück',
  discard: 'Verwerfen',
  discarded: 'Die Änderungen wurden verworfen.',
  unsaved: (count) => (count === 1 ? 'eine Änderung nicht gespeichert' : `${count} Änderungen nicht gespeichert`),
  columns: { setting: 'Einstellung', before: 'Jetzt', after: 'Neu', past: 'Vorher', present: 'Nachher' },
  byDefault: '(Standard)',
  secret: (state) => ({ set: '•••••••• (gesetzt)', new: '•••••••• (neu)', unset: '(keines)' })[state],
  conflictTitle: (revision, who = 'Jemand') => `${who} hat inzwischen Stand ${revision} gespeichert`,
  conflictText: 'Für jede Einstellung, die beide geändert haben, einen Wert wählen. Gespeichert ist noch nichts.',
  conflictApply: 'Diese Werte nehmen',
  conflictSolved: 'Die Werte sind übernommen. Gespeichert ist noch nichts.',
  sides: { mine: 'Meiner', theirs: 'Der andere', base: 'Wie es war' },
  noHistory: 'Es wurde noch nichts gespeichert.',
  presentRevision: 'gilt jetzt',
  older: 'Ältere zeigen',
  restore: (revision) => `Stand ${revision} wiederherstellen …`,
  restoreTitle: (revision) => `Stand ${revision} wiederherstellen?`,
  restoreText: 'Alle Einstellungen dieses Standes werden als neuer Stand gespeichert, auch Geheimnisse.',
  restoreConfirm: 'Wiederherstellen',
  restored: (revision) => `Stand ${revision} wurde wiederhergestellt.`,
  revisionGone: (revision) => `Stand ${revision} ist nicht mehr aufgehoben.`,
  noDifference: 'Was davon zu sehen ist, ist jetzt auch so.',
};
