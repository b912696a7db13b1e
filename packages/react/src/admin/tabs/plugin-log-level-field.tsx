'use client';

import type { LogLevel } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginLogLevel } from '../../use-plugin-log-level.ts';
import { useAnnounce } from '../announcer.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useMessages } from '../text/use-messages.ts';
import { Field } from './field.tsx';
import { useFormats } from '../text/use-formats.ts';

const choices: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Has more lines of a plugin kept for a quarter of an hour. */
export function PluginLogLevelField({ name }: { readonly name: string }): ReactElement {
  const { observation } = useMessages();
  const { keep, levels, standard, until } = observation.logs;
  const { logLevel, error, refresh, set } = usePluginLogLevel(name);
  const announce = useAnnounce();
  const { time } = useFormats();
  const choose = async (level: LogLevel): Promise<void> => {
    const result = await set(level === logLevel?.standard ? null : level);
    if (result.ok) announce(`${keep} ${levels[level]}`);
  };
  return (
    <>
      {logLevel && (
        <Field label={keep}>
          <select
            className="pk-input"
            value={logLevel.level}
            onChange={({ target }) => void choose(target.value as LogLevel)}
          >
            {choices.map((level) => (
              <option key={level} value={level}>
                {level === logLevel.standard ? standard(levels[level]) : levels[level]}
              </option>
            ))}
          </select>
          {logLevel.until !== null && <span>{until(time(logLevel.until))}</span>}
        </Field>
      )}
      {error && (
        <ErrorNotice title={keep} error={error}>
          {!logLevel && (
            <button type="button" className="pk-button" onClick={() => void refresh()}>
              {observation.again}
            </button>
          )}
        </ErrorNotice>
      )}
    </>
  );
}
