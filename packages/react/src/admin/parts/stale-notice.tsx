'use client';

import { useEffect, useState, type ReactElement } from 'react';
import { useConnection } from '../../use-connection.ts';
import { usePlugins } from '../../use-plugins.ts';
import { useMessages } from '../text/use-messages.ts';

/** Says that what is shown is old, and why, while the server does not answer. */
export function StaleNotice(): ReactElement | null {
  const { errors, locale } = useMessages();
  const connection = useConnection();
  const { plugins, error } = usePlugins();
  const [knownAt, setKnownAt] = useState(() => Date.now());
  useEffect(() => {
    if (!error && connection === 'live') return () => setKnownAt(Date.now());
    return undefined;
  }, [plugins, error, connection]);
  if (!error && connection !== 'offline') return null;
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(knownAt);
  const isUnreachable = !error || error.code === 'NETWORK_FAILED';
  return (
    <p className="pk-notice" data-tone="warning" role="status" data-pk-part="offline">
      {isUnreachable ? errors.offline(time) : errors.stale(time, error.message)}
    </p>
  );
}
