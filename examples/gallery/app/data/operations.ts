import type { PluginOperation } from '@catalyst-plugins/react';
import { makeOperation } from '@catalyst-plugins/react/testing';
import { ago } from './times.ts';

/** The mailer waits for its calls: five of eight have ended. */
export const drain: PluginOperation = makeOperation('mailer', {
  kind: 'disable',
  actor: 'ana',
  status: 'running',
  phase: 'draining',
  progress: { passed: ['queued'], toCome: ['draining', 'releasing', 'ended'] },
  startedAt: ago(22),
  endedAt: null,
  drain: {
    inFlightAtStart: 8,
    inFlight: 3,
    calls: [
      { label: 'POST /send', startedAt: ago(27) },
      { label: 'POST /send', startedAt: ago(25) },
      { label: 'task digest', startedAt: ago(24) },
    ],
    deadlineAt: ago(-8),
    cut: null,
    forcedBy: null,
  },
});

/** A reload of the search that checks the next generation. */
export const reloading: PluginOperation = makeOperation('search', {
  status: 'running',
  phase: 'checking',
  progress: { passed: ['queued', 'loading', 'enabling'], toCome: ['checking', 'draining', 'releasing', 'ended'] },
  startedAt: ago(2),
  endedAt: null,
});
