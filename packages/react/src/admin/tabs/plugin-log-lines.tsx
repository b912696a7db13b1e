'use client';

import type { Json, JsonObject, PluginLogLine } from '@catalyst-plugins/core/protocol';
import { memo, useEffect, useRef, useState, type ReactElement } from 'react';
import type { PluginLogsView } from '../../use-plugin-logs.ts';
import { useMessages } from '../text/use-messages.ts';
import { useFormats } from '../text/use-formats.ts';

export interface PluginLogLinesProps {
  readonly logs: PluginLogsView;
  readonly isWrapped: boolean;
  readonly hasTimes: boolean;
}

/** How near to its end a log is at its end, in pixels. */
const nearPx = 24;

/** The lines of a log; it stays at its end while the reader is there, and else says how many have come. */
export function PluginLogLines({ logs, isWrapped, hasTimes }: PluginLogLinesProps): ReactElement {
  const { observation } = useMessages();
  const words = observation.logs;
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<number>();
  const { lines } = logs;
  const newest = lines.at(-1)?.seq;
  const isAtEnd = seen === undefined;
  useEffect(() => {
    if (isAtEnd && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [isAtEnd, newest]);
  const look = (): void => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = box.current ?? {};
    if (scrollTop + clientHeight >= scrollHeight - nearPx) setSeen(undefined);
    else setSeen((known) => known ?? newest ?? -1);
  };
  const unseen = isAtEnd ? 0 : lines.filter(({ seq }) => seq > seen).length;
  return (
    <>
      <div
        className="pk-log-lines"
        role="log"
        aria-label={words.title}
        aria-live="off"
        tabIndex={0}
        ref={box}
        onScroll={look}
        data-wrap={isWrapped}
      >
        {logs.hasOlder && (
          <button type="button" className="pk-button" data-kind="quiet" onClick={() => void logs.loadOlder()}>
            {words.older}
          </button>
        )}
        {lines.length === 0 && <p className="pk-text pk-muted">{words.empty}</p>}
        {lines.map((line) => (
          <Line key={line.seq} line={line} hasTime={hasTimes} />
        ))}
      </div>
      <div role="status" className="pk-log-new">
        {unseen > 0 && (
          <button type="button" className="pk-button" onClick={() => setSeen(undefined)}>
            {words.newLines(unseen)} <span aria-hidden="true">↓</span>
          </button>
        )}
      </div>
    </>
  );
}

const Line = memo(function Line({ line, hasTime }: { readonly line: PluginLogLine; readonly hasTime: boolean }) {
  const { observation } = useMessages();
  const words = observation.logs;
  const { time } = useFormats();
  const { at, level, message, details } = line;
  const stack = stackIn(details);
  // the stack is shown apart
  const shown = JSON.stringify(details, (key, value: Json) =>
    key === 'stack' && stack !== undefined ? undefined : value,
  );
  return (
    <div className="pk-log-line" data-level={level}>
      {hasTime && (
        <time dateTime={at} className="pk-muted">
          {time(at)}{' '}
        </time>
      )}
      <span className="pk-log-level">{words.levels[level]} </span>
      {message}
      {shown !== '{}' && <span className="pk-muted"> {shown}</span>}
      {stack !== undefined && (
        <details>
          <summary className="pk-data-summary">{words.stack}</summary>
          {stack}
        </details>
      )}
    </div>
  );
});

/** The stack of an error that was logged, under whatever name. */
function stackIn(details: JsonObject): string | undefined {
  for (const value of Object.values(details)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    if (typeof value['stack'] === 'string') return value['stack'];
  }
  return undefined;
}
