import type {
  AuditLogEntry,
  LogLevel,
  PluginErrorGroup,
  PluginLogLine,
  PluginTask,
  PluginTaskRun,
} from '@catalyst-plugins/react';
import { makeAuditEntry, makeLogLine, makeTask, makeTaskRun } from '@catalyst-plugins/react/testing';
import { ago } from './times.ts';

const stack = `TypeError: Cannot read properties of undefined (reading 'address')
    at addressOf (lib/mail.js:22:31)
    at answer (lib/tickets.js:108:18)
    at POST /tickets/:id/comments (index.js:64:12)`;

const written: readonly (readonly [LogLevel, string, PluginLogLine['details']?])[] = [
  ['info', 'generation 7 is up', { version: '2.1.0', ms: 41 }],
  ['debug', 'templates compiled', { count: 12 }],
  ['info', 'ticket opened', { number: 4711, priority: 'high' }],
  ['info', 'ticket opened', { number: 4712, priority: 'normal' }],
  ['warn', 'the mail server is slow', { ms: 812, host: 'smtp.example.com' }],
  ['info', 'comment added', { number: 4711, author: 'ben' }],
  ['error', 'a comment was not sent', { number: 4709, error: { name: 'TypeError', stack } }],
  ['info', 'ticket closed', { number: 4698 }],
  ['info', 'sweep: 3 tickets are overdue', { overdue: [4655, 4671, 4690] }],
  ['info', 'ticket opened', { number: 4713, priority: 'low' }],
  ['warn', 'the mail server is slow', { ms: 640, host: 'smtp.example.com' }],
  ['info', 'comment added', { number: 4712, author: 'ana' }],
];

/** A log with lines of several levels, one with a stack. */
export const ticketingLog: readonly PluginLogLine[] = Array.from({ length: 24 }, (_, index) => {
  const [level, message, details = {}] = written[index % written.length] ?? ['info', ''];
  return makeLogLine('ticketing', index + 1, { at: ago(24 * 7 - index * 7), level, message, details, generation: 7 });
});

/** Errors, equal ones together. */
export const ticketingErrors: readonly PluginErrorGroup[] = [
  {
    fingerprint: 'b41f',
    type: 'TypeError',
    message: "Cannot read properties of undefined (reading 'address')",
    where: 'lib/mail.js:22:31',
    count: 14,
    firstAt: ago(86_000),
    lastAt: ago(84),
    example: { message: 'Cannot read properties of undefined', stack, generation: 7, details: { number: 4709 } },
  },
  {
    fingerprint: '77c0',
    type: null,
    message: 'The mail server closed the connection.',
    where: null,
    count: 1,
    firstAt: ago(2_400),
    lastAt: ago(2_400),
    example: { message: 'The mail server closed the connection.', stack: null, generation: 6, details: {} },
  },
];

const run = makeTaskRun('run-1', { startedAt: ago(270), endedAt: ago(270), ms: 310, generation: 7 });

/** What ticketing does by a schedule: one that waits, one that failed and is paused. */
export const ticketingTasks: readonly PluginTask[] = [
  makeTask('ticketing', 'sweep', {
    nextRunAt: ago(-30),
    nextRuns: [ago(-30), ago(-330), ago(-630)],
    lastRun: run,
  }),
  makeTask('ticketing', 'digest', {
    cron: '0 7 * * 1-5',
    timezone: 'Europe/Berlin',
    state: 'paused',
    paused: true,
    nextRunAt: null,
    nextRuns: [],
    skipped: 2,
    lastRun: {
      ...run,
      id: 'run-2',
      startedAt: ago(14_000),
      ms: 1_204,
      result: 'failed',
      error: 'The mail server closed the connection.',
    },
  }),
];

/** The latest runs of its tasks. */
export const ticketingRuns: Readonly<Record<string, readonly PluginTaskRun[]>> = {
  'ticketing sweep': [0, 1, 2].map((back) => ({ ...run, id: `run-${back}`, startedAt: ago(270 + back * 300) })),
};

/** What happened, the latest first. */
export const usualAudit: readonly AuditLogEntry[] = [
  makeAuditEntry('mailer', 58, { type: 'plugin:drain-began', at: ago(22), data: { inFlight: 8 } }),
  makeAuditEntry('thumbnails', 57, {
    type: 'plugin:enable-failed',
    actor: 'system',
    result: 'failed',
    reason: 'onEnable of plugin "thumbnails" did not end within 10 s.',
    at: ago(190),
  }),
  makeAuditEntry('ticketing', 56, { type: 'plugin:task-paused', at: ago(900), data: { task: 'digest' } }),
  makeAuditEntry('ticketing', 55, {
    type: 'plugin:reloaded',
    reason: 'new wording of the answers',
    at: ago(3_120),
    data: { from: '2.0.4', to: '2.1.0', generation: 7 },
  }),
  makeAuditEntry('ticketing', 54, {
    type: 'plugin:permission-denied',
    actor: 'system',
    result: 'denied',
    reason: 'database:users was revoked',
    at: ago(3_900),
  }),
  makeAuditEntry('ticketing', 53, {
    type: 'plugin:config-changed',
    at: ago(172_800),
    data: {
      revision: 17,
      keys: ['greeting', 'apiKey'],
      before: { greeting: 'hello', apiKey: { $secret: 'set' } },
      after: { greeting: 'bonjour', apiKey: { $secret: 'set' } },
    },
  }),
  makeAuditEntry('(host)', 52, { type: 'host:started', actor: 'system', at: ago(200_000) }),
];
