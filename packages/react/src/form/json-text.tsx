'use client';

import type { Json } from '@catalyst-plugins/core/protocol';
import { useEffect, useId, useRef, useState, type ReactElement } from 'react';
import { useForm } from './form-context.ts';
import type { ControlAttributes } from './field-props.ts';

export interface JsonTextProps {
  readonly value: Json;
  readonly onChange: (value: Json | undefined) => void;
  readonly attributes: ControlAttributes;
  readonly isLocked?: boolean;
  readonly rows?: number;
  /** What is wrong with a value, before anybody else is asked. */
  readonly problemWith?: (value: Json) => string | undefined;
}

/** JSON as text. What it holds is a property of the element and never in the markup, and is no JSON while it is typed. */
export function JsonText(props: JsonTextProps): ReactElement {
  const { value, attributes, isLocked = false, rows = 5 } = props;
  const id = useId();
  const element = useRef<HTMLTextAreaElement>(null);
  const { edit, problem } = useEdit(props);
  const text = value === null ? '' : JSON.stringify(value, null, 2);
  const isBad = problem !== undefined;
  useEffect(() => {
    const area = element.current;
    // whoever types is not interrupted
    if (area && area !== area.ownerDocument.activeElement && !isBad) area.value = text;
  }, [text, isBad]);
  return (
    <>
      <textarea
        {...attributes}
        ref={element}
        className="pk-input"
        data-kind="json"
        rows={rows}
        spellCheck={false}
        autoComplete="off"
        readOnly={isLocked}
        aria-invalid={isBad || attributes['aria-invalid']}
        aria-describedby={[attributes['aria-describedby'], isBad && id].filter(Boolean).join(' ') || undefined}
        data-pk-invalid={isBad || attributes['data-pk-invalid'] ? '' : undefined}
        onChange={({ currentTarget }) => edit(currentTarget)}
        onBlur={({ currentTarget }) => {
          if (!isBad) currentTarget.value = text;
        }}
      />
      {isBad && (
        <p className="pk-field-error" id={id}>
          {problem}
        </p>
      )}
    </>
  );
}

/** What was typed, as far as it can be read. */
type ReadText = { readonly value: Json | undefined } | { readonly reason: string };

function useEdit({ onChange, problemWith }: JsonTextProps): {
  readonly edit: (area: HTMLTextAreaElement) => void;
  /** What is wrong with what was typed last. */
  readonly problem: string | undefined;
} {
  const { messages } = useForm();
  const [bad, setBad] = useState<ReadText>();
  const problemIn = (read: ReadText): string | undefined =>
    'reason' in read ? messages.notJson(read.reason) : problemWith?.(read.value ?? null);
  const edit = (area: HTMLTextAreaElement): void => {
    const read = readJson(area.value);
    const wrong = problemIn(read);
    setBad(wrong === undefined ? undefined : read);
    // so that the form around it is not valid either
    area.setCustomValidity(wrong ?? '');
    if (wrong === undefined && 'value' in read) onChange(read.value);
  };
  return { edit, problem: bad && problemIn(bad) };
}

function readJson(text: string): ReadText {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}
