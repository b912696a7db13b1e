'use client';

import { useCallback, useMemo, useRef, useState, type RefObject } from 'react';

/** Text in a form that is no JSON, which nothing but its field has. */
export interface UnreadText {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly isThere: boolean;
  /** Whether somebody wanted to look elsewhere since it is there. */
  readonly isInTheWay: boolean;
  /** To be called after every change of the form. */
  readonly look: () => void;
  /** Whether nothing is lost when the form goes; else takes the focus to the text. */
  readonly letsGo: () => boolean;
  /** To be called when what was typed is given up. */
  readonly forget: () => void;
}

/** Looks after text that would be lost with its form. */
export function useUnreadText(): UnreadText {
  const form = useRef<HTMLFormElement>(null);
  const [isThere, setThere] = useState(false);
  const [isInTheWay, setInTheWay] = useState(false);
  const note = useCallback((isUnread: boolean): void => {
    setThere(isUnread);
    if (!isUnread) setInTheWay(false);
  }, []);
  const look = useCallback(() => note(form.current?.matches(':invalid') === true), [note]);
  const forget = useCallback(() => note(false), [note]);
  const letsGo = useCallback(() => {
    const text = form.current?.querySelector<HTMLElement>('textarea:invalid');
    if (!text) return true;
    setInTheWay(true);
    text.focus();
    return false;
  }, []);
  return useMemo(
    () => ({ form, isThere, isInTheWay, look, letsGo, forget }),
    [isThere, isInTheWay, look, letsGo, forget],
  );
}
