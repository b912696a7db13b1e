'use client';

import type { PluginTask } from '@catalyst-plugins/core/protocol';
import { useMemo, type ReactElement } from 'react';
import { momentStyle } from '../text/use-formats.ts';
import { useMessages } from '../text/use-messages.ts';
import { cronWords } from './cron-words.ts';

/** When a task comes: in words, as its plugin wrote it, and the next times in the time zone of the task. */
export function TaskSchedule({ task }: { readonly task: PluginTask }): ReactElement {
  const { observation, locale } = useMessages();
  const words = observation.runtime;
  const { cron, timezone, state, nextRuns } = task;
  const moment = useMomentIn(timezone);
  const described = cronWords(cron, locale);
  return (
    <>
      <p className="pk-text">
        {described} <code className="pk-code">{cron}</code> <span className="pk-muted">{timezone}</span> ·{' '}
        {words.states[state]}
      </p>
      <p className="pk-text">
        {words.next}:{' '}
        {nextRuns.length === 0
          ? observation.never
          : nextRuns.map((at, index) => (
              <span key={at} className={index === 0 ? undefined : 'pk-muted'}>
                {index > 0 && ' · '}
                <time dateTime={at}>{moment(at)}</time>
              </span>
            ))}
      </p>
    </>
  );
}

/** Writes moments as they are called in a time zone, or here where the browser does not know it. */
function useMomentIn(timeZone: string): (at: string) => string {
  const { locale } = useMessages();
  return useMemo(() => {
    let format: Intl.DateTimeFormat;
    try {
      format = new Intl.DateTimeFormat(locale, { ...momentStyle, timeZone });
    } catch {
      format = new Intl.DateTimeFormat(locale, momentStyle);
    }
    return (at) => format.format(Date.parse(at));
  }, [locale, timeZone]);
}
