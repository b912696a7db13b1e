'use client';

import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import type { PluginApiError } from '../../client/plugin-api-error.ts';
import type { ToldCommand } from '../text/admin-messages.ts';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';

/** How a command ended for one of many plugins. */
export interface BulkResult {
  readonly plugin: PluginSummary;
  readonly error: PluginApiError | undefined;
}

export interface BulkResultsProps {
  readonly command: ToldCommand;
  readonly results: readonly BulkResult[];
  readonly isRunning: boolean;
  readonly onClose: () => void;
}

/** Says for each plugin how a command for many ended. */
export function BulkResults({ command, results, isRunning, onClose }: BulkResultsProps): ReactElement {
  const { bulk } = useMessages();
  const wordsOf = useErrorWords();
  const failed = results.filter(({ error }) => error).length;
  return (
    <div className="pk-bulk-results" aria-busy={isRunning} data-pk-part="bulk-results">
      <p className="pk-text">{isRunning ? bulk.running : bulk.results(command, results.length - failed, failed)}</p>
      <ul className="pk-names">
        {results.map(({ plugin, error }) => (
          <li key={plugin.name} className="pk-text" data-result={error ? 'failed' : 'done'}>
            {error ? '✕' : '✓'} {plugin.displayName}: {error ? wordsOf(error).message : bulk.succeeded}
          </li>
        ))}
      </ul>
      {!isRunning && (
        <button type="button" className="pk-button" data-kind="quiet" onClick={onClose}>
          {bulk.close}
        </button>
      )}
    </div>
  );
}
