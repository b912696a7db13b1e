'use client';

import type { PluginOperation, PluginSummary } from '@catalyst-plugins/core/protocol';
import { useEffect, useState, type ReactElement } from 'react';
import { usePluginOperation } from '../../use-plugin-operation.ts';
import { useAnnounce } from '../announcer.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';

/** How far the command on a plugin is: its phase, the calls that it waits for, and a way not to wait. */
export function DrainProgress({ plugin }: { readonly plugin: PluginSummary }): ReactElement | null {
  const { operation } = usePluginOperation(plugin.name);
  const { phases } = useMessages();
  if (operation?.status !== 'running') return null;
  if (operation.phase !== 'draining' || operation.drain === null)
    return <p className="pk-text pk-muted">{phases[operation.phase]}</p>;
  // why one drain could not be ended says nothing about the next
  return <Drain key={operation.id} plugin={plugin} drain={operation.drain} />;
}

interface DrainProps {
  readonly plugin: PluginSummary;
  readonly drain: NonNullable<PluginOperation['drain']>;
}

function Drain({ plugin, drain: { inFlight, inFlightAtStart, calls, deadlineAt } }: DrainProps): ReactElement {
  const { force, isForcing, error } = usePluginOperation(plugin.name);
  const { commands, phases } = useMessages();
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const [oldest] = calls;
  const cut = async (): Promise<void> => {
    const result = await force();
    announce(result.ok ? commands.forced(plugin.displayName) : wordsOf(result.error).message);
  };
  return (
    <div className="pk-drain" data-pk-part="drain">
      <progress
        className="pk-progress"
        max={Math.max(1, inFlightAtStart)}
        value={inFlightAtStart - inFlight}
        aria-label={phases.draining}
      />
      <p className="pk-text pk-muted">
        {commands.draining(inFlight)}, <Deadline at={deadlineAt} />
        {oldest && ` · ${commands.oldestCall(oldest.label)}`}
      </p>
      <button
        type="button"
        className="pk-button"
        data-kind="danger"
        aria-disabled={isForcing}
        onClick={() => {
          if (!isForcing) void cut();
        }}
      >
        {commands.force}
      </button>
      {error && <ErrorNotice error={error} alert={false} />}
    </div>
  );
}

function Deadline({ at }: { readonly at: string }): ReactElement | null {
  const { commands } = useMessages();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((Date.parse(at) - now) / 1_000));
  return <>{commands.drainEnds(seconds)}</>;
}
