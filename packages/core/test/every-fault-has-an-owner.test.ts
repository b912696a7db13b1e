import { beforeAll, describe, expect, it } from 'vitest';
import { faultKinds } from './support/fault-kinds.ts';
import { runTypescript, type Ended } from './support/run-typescript.ts';

/** Faults in callbacks that the host calls: written down, and no reason to take the plugin off. */
const caughtByTheGate = new Set([
  'throw null in a listener on the bus of the host',
  'throw null in a task of the host',
  'a thenable that throws',
]);

describe('a fault that no caller can catch', () => {
  let ended: Ended;
  let lines: Map<string, Record<string, unknown>>;

  beforeAll(async () => {
    ended = await runTypescript('./fault-host.ts', [], ['--expose-gc']);
    const printed = ended.stdout.trim().split('\n');
    lines = new Map(
      printed.map((line) => JSON.parse(line) as Record<string, unknown>).map((line) => [String(line['kind']), line]),
    );
  }, 60_000);

  it('leaves the process alive, whatever was thrown', () => {
    expect(ended).toMatchObject({ exitCode: 0, signal: null });
  });

  it.each(Object.keys(faultKinds))('%s: the plugin is named with the cause, and nobody else notices', (kind) => {
    const isCaught = caughtByTheGate.has(kind);
    expect(lines.get(kind)).toMatchObject({
      state: isCaught ? 'active' : 'retrying',
      audited: isCaught ? 'plugin:error' : 'plugin:crashed',
      message: expect.stringMatching(isCaught ? /failed in/ : /crashed: ./),
      good: 'fine',
      others: true,
    });
  });
});
