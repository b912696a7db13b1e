'use client';

import type { Json, JsonObject } from '@catalyst-plugins/core/protocol';
import { useRef, useState, type ReactElement } from 'react';
import { isSame } from '../store/same-json.ts';
import type { PartsProps } from './field-props.ts';
import { useForm } from './form-context.ts';
import { pointerTo, type FormField } from './form-field.ts';

/** The members of an object. Those that nobody has described stay as they are. */
export function GroupControl({ Field, field, pointer, value, present, onChange, isLocked }: PartsProps): ReactElement {
  const values = isObject(value) ? value : {};
  const before = isObject(present) ? present : {};
  return (
    <>
      {field.members.map((member) => (
        <Field
          key={member.key}
          field={member}
          pointer={pointerTo(pointer, member.key)}
          value={values[member.key]}
          present={before[member.key]}
          isLocked={isLocked}
          onChange={(next) => {
            const { [member.key]: _before, ...others } = values;
            onChange(next === undefined ? others : { ...values, [member.key]: next });
          }}
        />
      ))}
    </>
  );
}

/** The entries of a list, to be added and removed. */
export function ListControl({ Field, field, pointer, value, present, onChange, isLocked }: PartsProps): ReactElement {
  const { messages } = useForm();
  const entries = Array.isArray(value) ? value : [];
  const before = Array.isArray(present) ? present : [];
  const keys = useKeys(entries.length);
  const adder = useRef<HTMLButtonElement>(null);
  const { item } = field;
  if (!item) return <></>;
  return (
    <>
      {entries.map((entry, index) => {
        const label = messages.entry(field.label, index + 1);
        return (
          <Field
            key={keys.at(index)}
            field={{ ...item, label, isRequired: false }}
            pointer={pointerTo(pointer, index)}
            value={entry}
            present={before[index]}
            isLocked={isLocked}
            onChange={(next) => onChange(entries.with(index, next ?? emptyOf(item)))}
          >
            {!isLocked && (
              <button
                type="button"
                className="pk-button"
                data-kind="quiet"
                onClick={() => {
                  keys.remove(index);
                  onChange(entries.toSpliced(index, 1));
                  adder.current?.focus();
                }}
              >
                {messages.remove(label)}
              </button>
            )}
          </Field>
        );
      })}
      {!isLocked && (
        <div className="pk-actions">
          <button ref={adder} type="button" className="pk-button" onClick={() => onChange([...entries, emptyOf(item)])}>
            {messages.add(field.label)}
          </button>
        </div>
      )}
    </>
  );
}

/** A list each of whose entries is one of some values: what is chosen is in it. */
export function ChoicesControl({ field, value, onChange, isLocked }: PartsProps): ReactElement {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <div className="pk-choices">
      {field.options.map((option) => (
        <label key={JSON.stringify(option.value)} className="pk-choice">
          <input
            type="checkbox"
            className="pk-check"
            checked={chosen.some((one) => isSame(one, option.value))}
            disabled={isLocked}
            onChange={({ currentTarget }) => {
              const others = chosen.filter((one) => !isSame(one, option.value));
              onChange(currentTarget.checked ? [...others, option.value] : others);
            }}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}

interface EntryKeys {
  at(index: number): number;
  remove(index: number): void;
}

/** Keeps what belongs to an entry with it while others come and go. */
function useKeys(count: number): EntryKeys {
  const [keys, setKeys] = useState<readonly number[]>([]);
  const next = Math.max(-1, ...keys) + 1;
  const all = Array.from({ length: Math.max(count, keys.length) }, (_, index) => keys[index] ?? next + index);
  return {
    at: (index) => all[index] ?? index,
    remove: (index) => setKeys(all.toSpliced(index, 1)),
  };
}

function emptyOf({ kind, default: byDefault, options }: FormField): Json {
  if (byDefault !== undefined) return byDefault;
  switch (kind) {
    case 'text':
    case 'lines':
      return '';
    case 'boolean':
      return false;
    case 'choice':
      return options[0]?.value ?? null;
    case 'group':
      return {};
    case 'list':
    case 'choices':
      return [];
    default:
      return null;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
