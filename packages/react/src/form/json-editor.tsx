'use client';

import type { Json, JsonObject } from '@catalyst-plugins/core/protocol';
import { useId, useMemo, type ReactElement } from 'react';
import { isSame } from '../store/same-json.ts';
import { withoutSecrets, withSecretsOf } from './draft-secrets.ts';
import { takeBack } from './form-binding.ts';
import { FormContext } from './form-context.ts';
import { shownValue } from './form-field.ts';
import { englishFormMessages } from './form-messages.ts';
import { JsonText } from './json-text.tsx';
import type { SchemaFormProps } from './schema-form.tsx';

/** The same settings as one text: what has no field can be edited too. */
export function JsonEditor(props: SchemaFormProps): ReactElement {
  const { errors, locked, messages = englishFormMessages } = props;
  const id = useId();
  const form = useMemo(
    () => ({ id, errors: errors ?? new Map<string, string>(), locked, messages }),
    [id, errors, locked, messages],
  );
  const wrong = [...form.errors].map(([at, message]) => (at === '' ? message : `${at}: ${message}`));
  const isBad = wrong.length > 0;
  return (
    <FormContext.Provider value={form}>
      <div className="pk-setting" data-kind="json">
        <label className="pk-label" htmlFor={id}>
          {messages.json}
        </label>
        <JsonText
          value={shownIn(props)}
          rows={16}
          attributes={{
            id,
            'aria-describedby': isBad ? `${id}-hint ${id}-error` : `${id}-hint`,
            'aria-invalid': isBad || undefined,
            'aria-required': undefined,
            'data-pk-invalid': isBad ? '' : undefined,
          }}
          problemWith={(value) => (isObject(value) ? undefined : messages.notAnObject)}
          onChange={(value) => take(props, isObject(value) ? value : {})}
        />
        <p className="pk-field-hint" id={`${id}-hint`}>
          {messages.jsonHint}
        </p>
        {isBad && (
          <ul className="pk-field-error" id={`${id}-error`}>
            {wrong.map((error) => (
              <li key={error}>{error}</li>
            ))}
          </ul>
        )}
      </div>
    </FormContext.Provider>
  );
}

function keysOf({ fields, values, locked }: SchemaFormProps): readonly string[] {
  const keys = new Set([...fields.map(({ key }) => key), ...Object.keys(values)]);
  return [...keys].filter((key) => !locked.some((lock) => lock.key === key));
}

function shownIn(props: SchemaFormProps): JsonObject {
  const shown = keysOf(props).map((key): [string, Json] => {
    const field = props.fields.find((one) => one.key === key);
    const value = props.values[key];
    return [key, field ? withoutSecrets(field, shownValue(field, value)) : (value ?? null)];
  });
  return Object.fromEntries(shown.filter(([, value]) => value !== null));
}

function take(props: SchemaFormProps, edited: JsonObject): void {
  const before = shownIn(props);
  for (const key of new Set([...keysOf(props), ...Object.keys(edited)])) {
    const value = edited[key];
    if (isSame(before[key], value)) continue;
    const field = props.fields.find((one) => one.key === key);
    if (value !== undefined) props.onChange(key, withSecretsOf(props.values[key], value));
    else if (field) takeBack(props, field);
    else props.onChange(key, null);
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
