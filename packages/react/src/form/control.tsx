'use client';

import type { Json } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { isSame } from '../store/same-json.ts';
import type { ControlProps } from './field-props.ts';
import { useForm } from './form-context.ts';
import type { FormField } from './form-field.ts';
import { JsonText } from './json-text.tsx';
import { SecretControl } from './secret-control.tsx';

/** What a field without parts is edited with. */
export function Control(props: ControlProps): ReactElement {
  switch (props.field.kind) {
    case 'boolean':
      return <CheckControl {...props} />;
    case 'choice':
      return <ChoiceControl {...props} />;
    case 'secret':
      return <SecretControl {...props} />;
    case 'lines':
    case 'text':
    case 'number':
      return <TextControl {...props} />;
    default:
      return (
        <JsonText
          value={props.value}
          onChange={props.onChange}
          attributes={props.attributes}
          isLocked={props.isLocked}
        />
      );
  }
}

function CheckControl({ value, onChange, attributes, isLocked }: ControlProps): ReactElement {
  return (
    <input
      {...attributes}
      className="pk-check"
      type="checkbox"
      checked={value === true}
      disabled={isLocked}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}

function ChoiceControl({ field, value, onChange, attributes, isLocked }: ControlProps): ReactElement {
  const { messages } = useForm();
  const at = field.options.findIndex((option) => isSame(option.value, value));
  return (
    <select
      {...attributes}
      className="pk-input"
      value={at}
      disabled={isLocked}
      onChange={({ currentTarget }) => onChange(field.options[Number(currentTarget.value)]?.value)}
    >
      {(at < 0 || !field.isRequired) && !field.options.some((option) => option.value === null) && (
        <option value={-1}>{at < 0 && value !== null ? JSON.stringify(value) : messages.noChoice}</option>
      )}
      {field.options.map((option, index) => (
        <option key={JSON.stringify(option.value)} value={index}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

function TextControl({ field, value, onChange, attributes, isLocked }: ControlProps): ReactElement {
  const shared = {
    ...attributes,
    className: 'pk-input',
    value: typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value),
    readOnly: isLocked,
    onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      onChange(readText(field, currentTarget.value)),
  };
  if (field.kind === 'lines') return <textarea {...shared} rows={4} />;
  return <input {...shared} type="text" inputMode={field.kind === 'number' ? 'decimal' : undefined} />;
}

/** A number where one was typed; what is none stays a text, and the server says what is wrong with it. */
function readText({ kind, default: byDefault }: FormField, text: string): Json | undefined {
  if (kind !== 'number') return text === '' && byDefault === undefined ? undefined : text;
  if (text.trim() === '') return undefined;
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text.trim() ? number : text;
}
