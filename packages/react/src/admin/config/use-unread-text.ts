'use client';

import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useAdminNavigation } from '../admin-navigation.ts';

/** Text in a form that is no JSON, which nothing but its field has. */
export interface UnreadText {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly isThere: boolean;
  /** Whether somebody wanted to look elsewhere since it is there. */
  readonly isInTheWay: boolean;
  /** To be called after every change of the form. */
  readonly look: () => void;
  /** To be called when what was typed is given up. */
  readonly forget: () => void;
}

/** Looks after text that would be lost with its form: nobody goes elsewhere before it is corrected or given up. */
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
  const { holdBack } = useAdminNavigation();
  useEffect(
    () =>
      holdBack(() => {
        const text = form.current?.querySelector<HTMLElement>('textarea:invalid');
        if (!text) return true;
        setInTheWay(true);
        text.focus();
        return false;
      }),
    [holdBack],
  );
  return useMemo(() => ({ form, isThere, isInTheWay, look, forget }), [isThere, isInTheWay, look, forget]);
}
