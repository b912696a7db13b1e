import { describe, expect, it } from 'vitest';
import { AuditTrail } from '../src/operations/audit-trail.ts';
import { PluginError } from '../src/errors/plugin-error.ts';
import type { AuditEntry, AuditLog } from '../src/ports/audit-log.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createManualClock, createMemoryLogger, createTestHost } from '../src/testing/index.ts';
import { newPlugin } from '../src/testing/contracts/opened-stores.ts';
import { answering } from './support/plugins.ts';
import { eventually, rejection } from './support/probe.ts';
import { readExposition } from './support/read-exposition.ts';

const stores = createMemoryStores;
const down = (): never => {
  throw new PluginError('STORE_UNAVAILABLE', 'away');
};

function bound(log: AuditLog): AuditLog {
  return {
    query: (query) => log.query(query),
    prune: (...given) => log.prune(...given),
    append: (entries) => log.append(entries),
  };
}

/** A trail whose store can be taken away, and counts what is written. */
function setUp() {
  const clock = createManualClock();
  const logger = createMemoryLogger();
  const memory = stores(clock);
  const appended: number[] = [];
  const state = { isDown: false, waiting: undefined as Promise<void> | undefined };
  const log: AuditLog = {
    ...bound(memory.audit),
    async append(entries: readonly AuditEntry[]) {
      await state.waiting;
      if (state.isDown) down();
      appended.push(entries.length);
      await memory.audit.append(entries);
    },
  };
  const update: typeof memory.plugins.update = async (...given) => {
    await state.waiting;
    return state.isDown ? down() : memory.plugins.update(...given);
  };
  const store = Object.assign(Object.create(memory.plugins) as typeof memory.plugins, { update });
  const redact = (_plugin: string, text: string): string => text;
  const trail = new AuditTrail({ store, log, clock, logger, redact, onAnnounce: () => undefined });
  const note = (message: number, plugin = 'demo'): void =>
    trail.note({ plugin, type: 'plugin:error', actor: 'system', data: { message } });
  const messages = async (): Promise<unknown[]> =>
    (await memory.audit.query({ limit: 50_000 })).toReversed().map(({ data, type }) => data['message'] ?? type);
  return { clock, logger, memory, appended, state, trail, note, messages };
}

describe('entries without a change', () => {
  it('are written together after a quarter of a second', async () => {
    const { clock, appended, note, messages } = setUp();
    for (let index = 0; index < 20; index += 1) note(index);
    clock.advance(249);
    await Promise.resolve();
    expect(appended).toEqual([]);
    clock.advance(1);
    await eventually(() => expect(appended).toEqual([20]));
    expect(await messages()).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(clock.pending()).toBe(0);
  });

  it('are written at once when there are five hundred', async () => {
    const { appended, note } = setUp();
    for (let index = 0; index < 500; index += 1) note(index);
    await eventually(() => expect(appended).toEqual([500]));
  });

  it('go along with the next change of their plugin, before it, and those that come after it stay after it', async () => {
    const { memory, appended, note, messages, trail, clock } = setUp();
    await memory.plugins.add(newPlugin('demo'), []);
    note(1);
    note(2, 'other');
    const committed = trail.commit({ plugin: 'demo', type: 'plugin:enabled', actor: 'ana', change: { enabled: true } });
    note(3);
    await committed;
    expect(await messages()).toEqual([1, 'plugin:enabled']);
    expect(appended).toEqual([]);
    clock.advance(250);
    await eventually(async () => expect(await messages()).toEqual([1, 'plugin:enabled', 2, 3]));
  });

  it('wait while the store does not answer, keep their order, and are all there when it does', async () => {
    const { clock, note, messages, state, logger, trail, memory } = setUp();
    await memory.plugins.add(newPlugin('demo'), []);
    state.isDown = true;
    const change = { plugin: 'demo', type: 'plugin:disabled', actor: 'ana', change: { enabled: false } } as const;
    for (let round = 0; round < 10; round += 1) {
      note(round * 2);
      trail.note({ ...change, type: 'plugin:error', data: { message: round * 2 + 1 } });
      clock.advance(10_000);
      await trail.flush();
    }
    await expect(trail.commit(change)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(trail.health).toEqual({ waiting: 20, dropped: 0, failing: true });
    const warnings = logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThan(4);
    state.isDown = false;
    clock.advance(60_000);
    await eventually(async () => expect(await messages()).toEqual(Array.from({ length: 20 }, (_, index) => index)));
    expect(trail.health).toEqual({ waiting: 0, dropped: 0, failing: false });
  });

  it('are lost beyond twenty thousand; that is counted, and said when writing works again', async () => {
    const { clock, note, messages, state, trail, memory } = setUp();
    state.isDown = true;
    for (let index = 0; index < 20_050; index += 1) note(index);
    await trail.flush();
    expect(trail.health).toEqual({ waiting: 20_000, dropped: 50, failing: true });
    state.isDown = false;
    clock.advance(60_000);
    await eventually(async () => expect(trail.health.waiting).toBe(0));
    await trail.flush();
    // the log in memory has forgotten the first of them itself
    expect((await messages()).slice(-2)).toEqual([19_999, 'host:audit-dropped']);
    const [entry] = await memory.audit.query({ type: 'host:audit-dropped' });
    expect(entry).toMatchObject({ plugin: '(host)', result: 'failed', data: { dropped: 50 } });
  });

  it('that no store can hold are lost alone', async () => {
    const { trail, messages, note } = setUp();
    const data: Record<string, unknown> = {};
    data['self'] = data;
    note(1);
    trail.note({ plugin: 'demo', type: 'plugin:error', actor: 'system', data: data as never });
    note(2);
    await trail.flush();
    expect(await messages()).toEqual([1, 'plugin:error', 2]);
  });
});

it('a store that hangs keeps no note waiting, and the end no longer than its limit', async () => {
  const { clock, note, state, trail, logger } = setUp();
  state.waiting = new Promise(() => undefined);
  note(1);
  clock.advance(250);
  note(2);
  const closed = trail.close(Promise.resolve(), 2_000);
  await eventually(() => expect(clock.pending()).toBe(1));
  clock.advance(2_000);
  await closed;
  expect(logger.lines.at(-1)).toMatchObject({ level: 'warn', details: { dropped: 2 } });
  expect(clock.pending()).toBe(0);
});

it('the figures and the health of the host say how many entries wait, and a scrape does too', async () => {
  const memory = stores();
  let isDown = true;
  const log = bound(memory.audit);
  const append: AuditLog['append'] = async (entries) => (isDown ? down() : log.append(entries));
  await using test = await createTestHost({
    stores: { ...memory, audit: { ...log, append } },
    plugins: { demo: answering('demo', 'x') },
  });
  const waiting = (): number | undefined =>
    readExposition(test.host.metrics.prometheus()).value('catalyst_host_audit_entries_waiting');
  await test.host.diagnostics('demo');
  await test.host.audit().catch(() => undefined);
  expect(test.host.health.overall().audit).toMatchObject({ dropped: 0, failing: true });
  expect(test.host.metrics.snapshot().host.audit).toEqual(test.host.health.overall().audit);
  expect(waiting()).toBe(test.host.auditHealth().waiting);
  expect(waiting()).toBeGreaterThan(0);
  isDown = false;
  test.clock.advance(60_000);
  await eventually(() => expect(waiting()).toBe(0));
  await test.expectNothingLeft();
});

it('every entry is told when it is durable, in the order of its plugin, and is a live event of its topic', async () => {
  await using test = await createTestHost({ plugins: { demo: answering('demo', 'here') } });
  const told: string[] = [];
  const undo = test.host.onAudit(({ type }) => told.push(type));
  await test.host.disable('demo');
  await rejection(test.host.enable('nobody'));
  await test.host.audit({});
  expect(told).toEqual(['plugin:disabled', 'plugin:enable-failed']);
  const live = test.host.events.since(0, ['audit'])?.map(({ type, data }) => [type, data['type'], data['result']]);
  expect(live?.slice(-2)).toEqual([
    ['plugin:audit', 'plugin:disabled', 'ok'],
    ['plugin:audit', 'plugin:enable-failed', 'failed'],
  ]);
  undo();
  await test.host.enable('demo');
  expect(told).toHaveLength(2);
  await test.expectNothingLeft();
});

describe('the audit log', () => {
  const day = 86_400_000;

  it('is shortened at the start and once a day, by age and by number, and says so', async () => {
    const memory = stores();
    const at = (days: number): Date => new Date(Date.UTC(2026, 0, 1) - days * day);
    const entry = { plugin: 'old', type: 'plugin:error', actor: 'system', data: {} };
    await memory.audit.append([400, 366, 364].map((days) => ({ ...entry, at: at(days) })));
    await using test = await createTestHost({ stores: memory, audit: { maxEntries: 5 } });
    await eventually(async () => expect(await test.host.audit({ plugin: 'old' })).toHaveLength(1));
    const pruned = { type: 'host:audit-pruned' };
    await eventually(async () =>
      expect((await test.host.audit(pruned))[0]?.data).toEqual({
        removed: 2,
        old: 2,
        surplus: 0,
        keepDays: 365,
        maxEntries: 5,
      }),
    );
    for (let index = 0; index < 8; index += 1) await rejection(test.host.enable('nobody'));
    await test.host.audit({});
    test.clock.advance(day);
    await eventually(async () => expect((await test.host.audit(pruned)).length).toBe(1));
    await eventually(async () =>
      expect((await test.host.audit(pruned))[0]?.data).toMatchObject({ surplus: expect.any(Number) }),
    );
    expect((await test.host.audit({ type: 'plugin:enable-failed' })).length).toBeLessThanOrEqual(5);
    await test.expectNothingLeft();
  });

  it('is kept for ever when that is wanted, and limits that make no sense are refused', async () => {
    const memory = stores();
    await memory.audit.append([{ plugin: 'old', type: 'plugin:error', actor: 'system', data: {}, at: new Date(0) }]);
    await using test = await createTestHost({ stores: memory, audit: { keepDays: false } });
    expect(await test.host.audit({ plugin: 'old' })).toHaveLength(1);
    for (const audit of [{ keepDays: 0 }, { keepDays: Number.NaN }, { maxEntries: 0 }, { maxEntries: 1.5 }])
      await expect(createTestHost({ audit })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
    await test.expectNothingLeft();
  });

  it('is handed out entry by entry, as it was when that began', async () => {
    const memory = stores();
    const entries = Array.from({ length: 3_000 }, (_, number) => ({
      plugin: 'demo',
      type: 'plugin:error',
      actor: 'system',
      data: { number },
      at: new Date(0),
    }));
    await memory.audit.append(entries);
    await using test = await createTestHost({ stores: memory });
    const found: unknown[] = [];
    for await (const { data } of test.host.exportAudit({ plugin: 'demo' })) {
      if (found.length === 0) await memory.audit.append(entries.slice(0, 1));
      found.push(data['number']);
    }
    expect(found).toEqual(Array.from({ length: 3_000 }, (_, index) => 2_999 - index));
    const few: unknown[] = [];
    for await (const { id } of test.host.exportAudit({ limit: 1_500 })) few.push(id);
    expect(new Set(few).size).toBe(1_500);
    await test.expectNothingLeft();
  });
});
