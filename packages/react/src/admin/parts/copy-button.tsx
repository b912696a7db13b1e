'use client';

import { useState, type ReactElement } from 'react';
import { useAnnounce } from '../announcer.tsx';
import { useMessages } from '../text/use-messages.ts';

/** Copies a text, where the page may. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const { errors } = useMessages();
  const announce = useAnnounce();
  const [outcome, setOutcome] = useState<string>();
  const copy = async (): Promise<void> => {
    let told = errors.copied;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // not a secure page, or not allowed
      told = errors.notCopied;
    }
    setOutcome(told);
    announce(told);
  };
  return (
    <button type="button" className="pk-button" data-kind="quiet" onClick={() => void copy()}>
      {outcome ?? label}
    </button>
  );
}
