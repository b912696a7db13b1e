'use client';

import type { Json } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { isSame } from '../store/same-json.ts';
import { Control } from './control.tsx';
import { errorOf } from './field-errors.ts';
import { FieldHead } from './field-head.tsx';
import type { ControlAttributes, SchemaFieldProps } from './field-props.ts';
import { useForm } from './form-context.ts';
import { pathOf, shownValue, type FormField } from './form-field.ts';
import { ChoicesControl, GroupControl, ListControl } from './parts-control.tsx';

/** One field with its label, what it means, what is wrong with it and how to take it back. */
export function SchemaField(props: SchemaFieldProps): ReactElement {
  const { field, pointer, present, onChange } = props;
  const { hint, error, isLocked, attributes } = useFieldNotes(props);
  const { id } = attributes;
  const value = shownValue(field, props.value);
  const control = { field, pointer, value, present, onChange, isLocked, attributes };
  const Parts = controlsOfParts.get(field.kind);
  const head = <FieldHead {...props} id={id} isLocked={isLocked} differs={differs(field, value)} />;
  const notes = (
    <>
      {hint !== '' && (
        <p className="pk-field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p className="pk-field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  );
  if (!Parts)
    return (
      <div className="pk-setting" data-kind={field.kind} data-pk-pointer={pointer}>
        {head}
        <Control key={field.kind} {...control} />
        {notes}
      </div>
    );
  return (
    <div
      className="pk-fieldset"
      role="group"
      tabIndex={-1}
      id={id}
      aria-labelledby={`${id}-label`}
      aria-describedby={attributes['aria-describedby']}
      data-pk-invalid={attributes['data-pk-invalid']}
      data-pk-pointer={pointer}
    >
      {head}
      {notes}
      <Parts {...control} Field={SchemaField} />
    </div>
  );
}

const controlsOfParts = new Map([
  ['group', GroupControl],
  ['list', ListControl],
  ['choices', ChoicesControl],
]);

interface FieldNotes {
  readonly hint: string;
  readonly error: string | undefined;
  readonly isLocked: boolean;
  readonly attributes: ControlAttributes;
}

function useFieldNotes({ field, pointer, isLocked = false }: SchemaFieldProps): FieldNotes {
  const { id, errors, messages, locked } = useForm();
  const { description, min, max } = field;
  const controlId = `${id}${encodeURIComponent(pointer)}`;
  const error = errorOf(field, pointer, errors);
  const lock = locked.find(({ key }) => key === pathOf(pointer));
  const range = min === undefined && max === undefined ? '' : messages.range(min, max);
  const hint = [description, range, lock && messages.lockedBy(lock.variable)].filter(Boolean).join(' · ');
  const notes = [hint && `${controlId}-hint`, error && `${controlId}-error`].filter(Boolean);
  return {
    hint,
    error,
    isLocked: isLocked || lock !== undefined,
    attributes: {
      id: controlId,
      'aria-describedby': notes.join(' ') || undefined,
      'aria-invalid': error === undefined ? undefined : true,
      'aria-required': field.isRequired || undefined,
      'data-pk-invalid': error === undefined ? undefined : '',
    },
  };
}

/** Secrets have no default that anybody could see. */
function differs(field: FormField, shown: Json): boolean {
  return field.kind !== 'secret' && !isSame(shown, field.default ?? null);
}
