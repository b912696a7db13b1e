'use client';

import type { LogLevel } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { usePluginStore } from '../../plugin-store-context.ts';
import { usePluginLogs } from '../../use-plugin-logs.ts';
import type { DetailTabProps } from '../detail/detail-tab.ts';
import { useMessages } from '../text/use-messages.ts';
import { DownloadButton } from './download-button.tsx';
import { Field } from './field.tsx';
import { LoadState } from './load-state.tsx';
import { PluginLogErrors } from './plugin-log-errors.tsx';
import { PluginLogLevelField } from './plugin-log-level-field.tsx';
import { PluginLogLines } from './plugin-log-lines.tsx';
import { useTabQuery } from './use-tab-query.ts';

const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The log of a plugin as it grows, and its errors. */
export function PluginLogs({ plugin: { name } }: DetailTabProps): ReactElement {
  const { observation } = useMessages();
  const words = observation.logs;
  const [query, setQuery] = useTabQuery();
  const [isWrapped, setWrapped] = useState(true);
  const [hasTimes, setTimes] = useState(true);
  const { client } = usePluginStore();
  const level = levels.find((one) => one === query.get('level')) ?? 'trace';
  const text = query.get('q') ?? '';
  const logs = usePluginLogs(name, { level, text });
  return (
    <>
      <PluginLogErrors name={name} />
      <section aria-label={words.title} className="pk-log" data-pk-part="log">
        <div className="pk-toolbar">
          <Field label={words.level}>
            <select
              className="pk-input"
              value={level}
              onChange={({ target }) => setQuery('level', target.value === 'trace' ? '' : target.value)}
            >
              {levels.map((one) => (
                <option key={one} value={one}>
                  ≥ {words.levels[one]}
                </option>
              ))}
            </select>
          </Field>
          <input
            type="search"
            className="pk-input"
            data-kind="search"
            aria-label={words.text}
            placeholder={words.text}
            value={text}
            onChange={({ target }) => setQuery('q', target.value)}
          />
          <Check label={words.wrap} isOn={isWrapped} set={setWrapped} />
          <Check label={words.times} isOn={hasTimes} set={setTimes} />
          <button type="button" className="pk-button" onClick={logs.isPaused ? logs.resume : logs.pause}>
            {logs.isPaused ? words.resume(logs.waiting) : words.pause}
          </button>
          <button type="button" className="pk-button" onClick={logs.clear}>
            {words.clear}
          </button>
          <DownloadButton
            label={words.download}
            fileName={`${name}-log.ndjson`}
            load={() => client.exportLogs(name, { level, text: text || undefined })}
          />
          <PluginLogLevelField name={name} />
        </div>
        <LoadState {...logs} hasData={logs.status === 'ready' || logs.lines.length > 0}>
          {logs.dropped > 0 && <p className="pk-text pk-muted">{words.dropped(logs.dropped)}</p>}
          <PluginLogLines logs={logs} isWrapped={isWrapped} hasTimes={hasTimes} />
        </LoadState>
      </section>
    </>
  );
}

interface CheckProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly set: (isOn: boolean) => void;
}

function Check({ label, isOn, set }: CheckProps): ReactElement {
  return (
    <label className="pk-filter-field">
      <input type="checkbox" className="pk-check" checked={isOn} onChange={({ target }) => set(target.checked)} />
      {label}
    </label>
  );
}
