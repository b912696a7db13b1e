'use client';

import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { isHiddenSecret } from './draft-secrets.ts';
import type { ControlProps } from './field-props.ts';
import { useForm } from './form-context.ts';
import type { FormMessages } from './form-messages.ts';

/** Keeps, replaces or clears a secret. What is typed is a property of the element and never in the markup. */
export function SecretControl(props: ControlProps): ReactElement {
  const { field, value, present, onChange, attributes, isLocked } = props;
  const { messages } = useForm();
  const wasSet = isHiddenSecret(present);
  const [isTyping, setTyping] = useState(!wasSet && typeof value !== 'string' && !isLocked);
  const input = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const hasMoved = useRef(false);
  useEffect(() => {
    // the button that was pressed is gone
    if (hasMoved.current) (isTyping ? input : opener).current?.focus();
    hasMoved.current = false;
  });
  useEffect(() => {
    // what was typed is saved, or somebody else's is taken
    const isOver = isTyping && wasSet && typeof value !== 'string' && input.current?.value !== '';
    if (isOver) setTyping(false);
  }, [isTyping, wasSet, value]);
  const turn = (toTyping: boolean): void => {
    hasMoved.current = true;
    setTyping(toTyping);
  };
  const keep = (): void => {
    onChange(present);
    turn(!wasSet);
  };
  if (!isTyping)
    return (
      <SecretState
        {...props}
        wasSet={wasSet}
        opener={opener}
        onReplace={() => turn(true)}
        onClear={() => {
          onChange(null);
          turn(false);
        }}
        onKeep={keep}
      />
    );
  return (
    <div className="pk-actions">
      <input
        {...attributes}
        ref={input}
        className="pk-input"
        data-kind="secret"
        type="password"
        autoComplete="new-password"
        spellCheck={false}
        onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? present : currentTarget.value)}
      />
      {wasSet && (
        <button type="button" className="pk-button" onClick={keep}>
          {messages.keep(field.label)}
        </button>
      )}
    </div>
  );
}

interface SecretStateProps extends ControlProps {
  readonly wasSet: boolean;
  readonly opener: RefObject<HTMLButtonElement | null>;
  readonly onReplace: () => void;
  readonly onClear: () => void;
  readonly onKeep: () => void;
}

/** What is known of a secret that nobody types, and what can be done with it. */
function SecretState({ opener, onReplace, onClear, onKeep, ...props }: SecretStateProps): ReactElement {
  const { field, value, attributes, isLocked, wasSet } = props;
  const { messages } = useForm();
  const isNew = typeof value === 'string';
  const isCleared = wasSet && value === null;
  return (
    <div className="pk-actions">
      <span className="pk-text">{secretState(props, messages)}</span>
      {!isLocked && (
        <button
          ref={opener}
          type="button"
          className="pk-button"
          id={attributes.id}
          aria-describedby={attributes['aria-describedby']}
          aria-label={messages.replace(field.label)}
          data-pk-invalid={attributes['data-pk-invalid']}
          onClick={onReplace}
        >
          {messages.replace(field.label)}
        </button>
      )}
      {!isLocked && wasSet && !isNew && !isCleared && (
        <button type="button" className="pk-button" onClick={onClear}>
          {messages.clear(field.label)}
        </button>
      )}
      {(isNew || isCleared) && (
        <button type="button" className="pk-button" onClick={onKeep}>
          {messages.keep(field.label)}
        </button>
      )}
    </div>
  );
}

function secretState({ value, wasSet }: Pick<SecretStateProps, 'value' | 'wasSet'>, messages: FormMessages): string {
  if (typeof value === 'string') return messages.secretIsNew;
  if (!wasSet) return messages.secretIsUnset;
  return value === null ? messages.secretIsCleared : `•••••••• ${messages.secretIsSet}`;
}
