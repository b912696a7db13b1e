export { SchemaForm, type SchemaFormProps } from './schema-form.tsx';
export { JsonEditor } from './json-editor.tsx';
export { focusFirstError } from './field-errors.ts';
export { readFormFields } from './read-form-fields.ts';
export { withoutSecrets } from './draft-secrets.ts';
export type { FormBinding } from './form-binding.ts';
export type { FieldKind, FieldOption, FormField } from './form-field.ts';
export { englishFormMessages, type FormMessages } from './form-messages.ts';
export { germanFormMessages } from './german-form-messages.ts';
