'use client';

import { useState, type ReactElement } from 'react';
import { useAnnounce } from '../announcer.tsx';
import { useMessages } from '../text/use-messages.ts';

/** Copies a text, where the page may. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const { errors } = useMessages();
  const announce = useAnnounce();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // not a secure page, or not allowed: the text can still be selected
      return;
    }
    setCopied(true);
    announce(errors.copied);
  };
  return (
    <button type="button" className="pk-button" data-kind="quiet" onClick={() => void copy()}>
      {isCopied ? errors.copied : label}
    </button>
  );
}
