'use client';

import type { PluginOperation, PluginSummary } from '@catalyst-plugins/core/protocol';
import { useEffect, useState, type ReactElement } from 'react';
import { usePluginOperation } from '../../use-plugin-operation.ts';
import { useAnnounce } from '../announcer.tsx';
import { useMessages } from '../text/use-messages.ts';

/** How far the command on a plugin is: its phase, the calls that it waits for, and a way not to wait. */
export function DrainProgress({ plugin }: { readonly plugin: PluginSummary }): ReactElement | null {
  const view = usePluginOperation(plugin.name);
  const { operation } = view;
  const { commands, phases } = useMessages();
  const announce = useAnnounce();
  if (operation?.status !== 'running') return null;
  if (operation.phase !== 'draining' || operation.drain === null)
    return <p className="pk-text pk-muted">{phases[operation.phase]}</p>;
  const { inFlight, inFlightAtStart, calls } = operation.drain;
  const [oldest] = calls;
  const cut = async (): Promise<void> => {
    const result = await view.force();
    announce(result.ok ? commands.forced(plugin.displayName) : result.error.message);
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
        {commands.draining(inFlight)}, <Deadline operation={operation} />
        {oldest && ` · ${commands.oldestCall(oldest.label)}`}
      </p>
      <button type="button" className="pk-button" data-kind="danger" onClick={() => void cut()}>
        {commands.force}
      </button>
    </div>
  );
}

function Deadline({ operation: { drain } }: { readonly operation: PluginOperation }): ReactElement | null {
  const { commands } = useMessages();
  const deadlineAt = drain?.deadlineAt ?? '';
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((Date.parse(deadlineAt) - now) / 1_000));
  return <>{commands.drainEnds(seconds)}</>;
}
