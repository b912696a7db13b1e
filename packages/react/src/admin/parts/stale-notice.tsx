'use client';

import type { ReactElement } from 'react';
import { useConnection } from '../../use-connection.ts';
import { usePlugins } from '../../use-plugins.ts';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';

/** Says that what is shown may be old, and why, while the server does not answer. */
export function StaleNotice(): ReactElement | null {
  const { errors, locale } = useMessages();
  const { state, lastEventAt } = useConnection();
  const { error } = usePlugins();
  const wordsOf = useErrorWords();
  if (!error && state !== 'offline') return null;
  const time = lastEventAt && new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(Date.parse(lastEventAt));
  const isUnreachable = !error || error.code === 'NETWORK_FAILED';
  return (
    <p className="pk-notice" data-tone="warning" role="status" data-pk-part="offline">
      {isUnreachable ? errors.offline(time) : errors.stale(wordsOf(error).message)}
    </p>
  );
}
