'use client';

import { useId, useMemo, type ReactElement } from 'react';
import { errorsBeside } from './field-errors.ts';
import { takeBack, type FormBinding } from './form-binding.ts';
import { FormContext } from './form-context.ts';
import { pointerTo } from './form-field.ts';
import { englishFormMessages, type FormMessages } from './form-messages.ts';
import { SchemaField } from './schema-field.tsx';

export interface SchemaFormProps extends FormBinding {
  /** What is wrong, by JSON pointer. */
  readonly errors?: ReadonlyMap<string, string>;
  /** Keys of the draft. */
  readonly changes?: readonly string[];
  /** The language; default: English. */
  readonly messages?: FormMessages;
}

const nothingWrong: ReadonlyMap<string, string> = new Map();
const noKeys: readonly string[] = [];

/** The fields of a form for settings; the `<form>` and its buttons are up to whoever uses it. */
export function SchemaForm(props: SchemaFormProps): ReactElement {
  const {
    fields,
    values,
    present,
    locked,
    errors = nothingWrong,
    changes = noKeys,
    messages = englishFormMessages,
  } = props;
  const id = useId();
  const form = useMemo(() => ({ id, errors, locked, messages }), [id, errors, locked, messages]);
  const others = errorsBeside(fields, errors);
  return (
    <FormContext.Provider value={form}>
      {others.length > 0 && (
        <div className="pk-notice" data-tone="error" tabIndex={-1} data-pk-invalid="">
          {others.map((error) => (
            <p key={error} className="pk-text">
              {error}
            </p>
          ))}
        </div>
      )}
      {fields.map((field) => (
        <SchemaField
          key={field.key}
          field={field}
          pointer={pointerTo('', field.key)}
          value={values[field.key]}
          present={present[field.key]}
          isUnsaved={changes.includes(field.key)}
          onChange={(value) => (value === undefined ? takeBack(props, field) : props.onChange(field.key, value))}
          onReset={field.hasNullDefault || field.default !== undefined ? () => takeBack(props, field) : undefined}
        />
      ))}
    </FormContext.Provider>
  );
}
