/** Every word of a form, in one language. */
export interface FormMessages {
  readonly required: string;
  readonly differs: string;
  readonly unsaved: string;
  readonly reset: (field: string) => string;
  readonly locked: string;
  readonly lockedBy: (variable: string) => string;
  readonly range: (min: number | undefined, max: number | undefined) => string;
  readonly noChoice: string;
  readonly add: (field: string) => string;
  readonly remove: (entry: string) => string;
  readonly entry: (field: string, position: number) => string;
  readonly secretIsSet: string;
  readonly secretIsUnset: string;
  readonly secretIsNew: string;
  readonly secretIsCleared: string;
  readonly replace: (field: string) => string;
  readonly clear: (field: string) => string;
  readonly keep: (field: string) => string;
  readonly notJson: (reason: string) => string;
  readonly notAnObject: string;
  readonly json: string;
  readonly jsonHint: string;
}

/** A form in English. */
export const englishFormMessages: FormMessages = {
  required: 'required',
  differs: 'differs from the default',
  unsaved: 'not saved',
  reset: (field) => `Reset ${field}`,
  locked: 'locked',
  lockedBy: (variable) => `The environment variable ${variable} decides this.`,
  range: (min, max) =>
    [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`].filter(Boolean).join(', '),
  noChoice: '–',
  add: (field) => `Add to ${field}`,
  remove: (entry) => `Remove ${entry}`,
  entry: (field, position) => `${field} ${position}`,
  secretIsSet: 'is set',
  secretIsUnset: 'is not set',
  secretIsNew: 'new value, not saved',
  secretIsCleared: 'will be cleared',
  replace: (field) => `Replace ${field}`,
  clear: (field) => `Clear ${field}`,
  keep: (field) => `Keep ${field}`,
  notJson: (reason) => `This is not JSON: ${reason}`,
  notAnObject: 'This has to be an object.',
  json: 'Settings as JSON',
  jsonHint: 'What you leave out goes back to its default. { "$secret": … } keeps a secret, a text replaces it.',
};
