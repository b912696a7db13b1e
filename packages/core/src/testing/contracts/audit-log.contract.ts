import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry, AuditLog, AuditQuery } from '../../ports/audit-log.ts';
import { createMemoryStores } from '../../stores/memory/memory-stores.ts';
import type { JsonObject } from '../../protocol/json.ts';
import {
  auditEntry,
  expectCode,
  type OpenedStores,
  type OpenStores,
  uniquePluginName,
  unstorableEntry,
} from './opened-stores.ts';
import { triedProperty, type PropertyRuns } from './property-runs.ts';

/** The promises of every audit log; call it from a test file with the stores to be tested. */
export function describeAuditLog(
  name: string,
  open: OpenStores,
  { runs = 100, seed = 20_261_129 }: PropertyRuns = {},
): void {
  describe(`${name}: audit log`, () => {
    let opened: OpenedStores;
    let plugin: string;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    beforeEach(() => {
      plugin = uniquePluginName();
    });

    const types = async (query: AuditQuery): Promise<string[]> =>
      (await opened.stores.audit.query(query)).map((record) => record.type);
    const append = (entries: readonly AuditEntry[]): Promise<void> => opened.stores.audit.append(entries);
    const numbered = (count: number): AuditEntry[] =>
      Array.from({ length: count }, (_, number) => auditEntry(plugin, 'plugin:numbered', { number }));

    it('an entry is read back with everything that was written, to the millisecond', async () => {
      const data = { user: { name: 'Åsa 😀', roles: ['a', null, 1.5] }, 'quote"': "'; --", empty: {} };
      const entry: AuditEntry = {
        plugin,
        type: 'plugin:enabled',
        actor: 'user:42',
        result: 'denied',
        reason: 'it\'s "quoted"',
        data,
        at: new Date('2026-01-02T03:04:05.678Z'),
      };
      await append([entry]);
      const [record] = await opened.stores.audit.query({ plugin });
      expect(record).toEqual({ ...entry, id: record?.id });
      expect(record?.at).toBeInstanceOf(Date);
      expect(typeof record?.id).toBe('string');
    });

    it('an entry that says nothing of its result went right, without a reason', async () => {
      await append([auditEntry(plugin, 'plugin:enabled')]);
      expect(await opened.stores.audit.query({ plugin })).toMatchObject([{ result: 'ok', reason: null }]);
    });

    it('entries need no plugin record', async () => {
      await append([auditEntry(plugin, 'plugin:refused')]);
      expect(await opened.stores.audit.query({ plugin })).toHaveLength(1);
    });

    it('entries come newest first, in the order in which they were written, whatever their time says', async () => {
      await append(numbered(3));
      await append([{ ...auditEntry(plugin, 'plugin:old'), at: new Date(0) }]);
      const records = await opened.stores.audit.query({ plugin });
      expect(records.map((record) => record.data['number'] ?? 'old')).toEqual(['old', 2, 1, 0]);
      const ids = records.map((record) => BigInt(record.id));
      expect(ids).toEqual([...ids].toSorted((left, right) => (left < right ? 1 : -1)));
      expect(new Set(ids).size).toBe(4);
    });

    it('five hundred entries of one batch are all there, in order', async () => {
      await append(numbered(500));
      const records = await opened.stores.audit.query({ plugin, limit: 1000 });
      expect(records.map((record) => record.data['number'])).toEqual(numbered(500).map((_, index) => 499 - index));
    });

    it('an empty batch writes nothing', async () => {
      await append([]);
      expect(await opened.stores.audit.query({ plugin })).toEqual([]);
    });

    it('paging with before meets every entry once, also while new ones arrive', async () => {
      await append(numbered(25));
      const seen: unknown[] = [];
      let before: string | undefined;
      for (let round = 0; round < 10; round += 1) {
        const page = await opened.stores.audit.query({
          plugin,
          limit: 10,
          ...(before === undefined ? {} : { before }),
        });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(10);
        seen.push(...page.map((record) => record.data['number']));
        before = page.at(-1)?.id;
        await append([auditEntry(plugin, 'plugin:later')]);
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => 24 - index));
    });

    it('a before that is no id is refused with REQUEST_INVALID', async () => {
      for (const before of ['', 'abc', '-1', '1; DROP TABLE plugin_events', '1e3', '9'.repeat(40)]) {
        await expectCode(opened.stores.audit.query({ plugin, before }), 'REQUEST_INVALID');
      }
    });

    it('without a limit a hundred entries come', async () => {
      await append(numbered(120));
      expect(await opened.stores.audit.query({ plugin })).toHaveLength(100);
    });

    it('the filters for plugin and type go together', async () => {
      const other = uniquePluginName();
      await append([
        auditEntry(plugin, 'plugin:a'),
        auditEntry(plugin, 'plugin:b'),
        auditEntry(other, `plugin:${other}`),
      ]);
      expect(await types({ plugin, type: 'plugin:a' })).toEqual(['plugin:a']);
      expect(await types({ plugin, type: `plugin:${other}` })).toEqual([]);
      expect(await types({ type: `plugin:${other}` })).toEqual([`plugin:${other}`]);
      expect(await types({ limit: 3 })).toEqual([`plugin:${other}`, 'plugin:b', 'plugin:a']);
    });

    it('several types, and beginnings of types, are filtered for at once', async () => {
      const given = ['plugin:config-changed', 'plugin:config-restored', 'plugin:enabled', 'plugin:disabled'];
      await append(given.map((type) => auditEntry(plugin, type)));
      expect(await types({ plugin, type: ['plugin:disabled', 'plugin:config*'] })).toEqual([
        'plugin:disabled',
        'plugin:config-restored',
        'plugin:config-changed',
      ]);
      expect(await types({ plugin, type: '*' })).toHaveLength(4);
      expect(await types({ plugin, type: 'plugin:config' })).toEqual([]);
      expect(await types({ plugin, type: 'plugin_config*' })).toEqual([]);
    });

    it('a time is not a filter when it is none', async () => {
      await expectCode(opened.stores.audit.query({ since: new Date(Number.NaN) }), 'REQUEST_INVALID');
      await expectCode(opened.stores.audit.query({ until: new Date(Number.NaN) }), 'REQUEST_INVALID');
    });

    it('a text is found wherever an entry has it, in capitals or not, and % and _ mean themselves', async () => {
      await append([
        { ...auditEntry(plugin, 'plugin:a', { deep: [{ note: 'Müll 100% _x' }] }), reason: 'Ada said so' },
        auditEntry(plugin, 'plugin:b', { key: 1 }),
      ]);
      const found = async (text: string): Promise<number> => (await types({ plugin, text })).length;
      expect(await Promise.all(['ADA said', 'müll 100% _', 'PLUGIN:A', plugin].map(found))).toEqual([1, 1, 1, 2]);
      // keys are no texts, what does not stand together is not found, and other letters than A to Z are what they are
      expect(await Promise.all(['key', 'note', 'so plugin', '100%x', 'MÜLL'].map(found))).toEqual([0, 0, 0, 0, 0]);
    });

    it('a batch with an entry that cannot be stored is refused whole', async () => {
      await expectCode(append([...numbered(2), unstorableEntry(plugin)]), 'STORAGE_VALUE_INVALID');
      const cyclic: JsonObject = {};
      cyclic['self'] = cyclic;
      await expectCode(append([...numbered(2), auditEntry(plugin, 'plugin:cyclic', cyclic)]), 'STORAGE_VALUE_INVALID');
      expect(await opened.stores.audit.query({ plugin })).toEqual([]);
    });

    it('characters that no database keeps are replaced rather than the entry lost', async () => {
      await append([auditEntry(plugin, 'plugin:failed', { 'k\0': 'bad \0 and \ud800 but not \\u0000' })]);
      const [record] = await opened.stores.audit.query({ plugin });
      expect(record?.data).toEqual({ 'k\ufffd': 'bad \ufffd and \ufffd but not \\u0000' });
    });

    it('what is kept is a copy: entries that are changed later or after reading stay as they were', async () => {
      const data = { list: [1] };
      await append([auditEntry(plugin, 'plugin:copied', data)]);
      data.list.push(2);
      const [first] = await opened.stores.audit.query({ plugin });
      Object.assign(first?.data ?? {}, { list: [3] });
      const [second] = await opened.stores.audit.query({ plugin });
      expect(second?.data).toEqual({ list: [1] });
    });

    it('ten batches at once are all stored', async () => {
      await Promise.all(Array.from({ length: 10 }, () => append(numbered(5))));
      expect(await opened.stores.audit.query({ plugin })).toHaveLength(50);
    });

    it('entries that are too old, and no others, are removed, the oldest first and no more than asked for', async () => {
      const own = await open();
      try {
        const { audit } = own.stores;
        const old = numbered(5).map((entry, day) => ({ ...entry, at: new Date(Date.UTC(1990, 0, 1 + day)) }));
        await audit.append([...old.toReversed(), auditEntry(plugin, 'plugin:young')]);
        const left = async (): Promise<unknown[]> =>
          (await audit.query({})).map(({ data }) => data['number'] ?? 'young');
        const before = new Date(Date.UTC(1990, 0, 4));
        expect(await audit.prune({ before }, 2)).toBe(2);
        expect(await left()).toEqual(['young', 2, 3, 4]);
        expect(await audit.prune({ before }, 100)).toBe(1);
        expect(await audit.prune({ before }, 100)).toBe(0);
        expect(await left()).toEqual(['young', 3, 4]);
      } finally {
        await own.close();
      }
    });

    it('all but the newest are removed, and ids go on where they were', async () => {
      const own = await open();
      try {
        const { audit } = own.stores;
        await audit.append(numbered(10));
        const [last] = await audit.query({ limit: 1 });
        expect(await audit.prune({ keep: 3 }, 4)).toBe(4);
        expect(await audit.prune({ keep: 3 }, 100)).toBe(3);
        expect(await audit.prune({ keep: 3 }, 100)).toBe(0);
        expect((await audit.query({})).map(({ data }) => data['number'])).toEqual([9, 8, 7]);
        expect(await audit.prune({ keep: 0 }, 100)).toBe(3);
        await audit.append(numbered(1));
        expect(Number((await audit.query({}))[0]?.id)).toBeGreaterThan(Number(last?.id));
      } finally {
        await own.close();
      }
    });

    it('any query finds what it finds in memory', { timeout: 3_600_000 }, async () => {
      const own = await open();
      try {
        await fc.assert(
          fc.asyncProperty(
            fc.array(someEntry, { maxLength: 12 }),
            fc.array(someQuery, { minLength: 1, maxLength: 6 }),
            async (entries, queries) => {
              const logs = [own.stores.audit, createMemoryStores().audit] as const;
              await own.stores.audit.prune({ keep: 0 }, 1_000);
              for (const log of logs) await log.append(entries);
              for (const query of queries) {
                const [found, expected] = await Promise.all(logs.map((log) => entriesOf(log, query)));
                expect(found).toEqual(expected);
              }
            },
          ),
          triedProperty('audit queries', { runs, seed }),
        );
      } finally {
        await own.close();
      }
    });
  });
}

const someText = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'B', '%', '_', '\\', '"', "'", '\n', ' ', 'Ü', '😀', '\0', '\ud800', '*'),
    maxLength: 3,
  }),
  fc.constantFrom('plugin:a', 'plugin:ab', 'plugin:b', 'host:a'),
);
const someTime = fc.integer({ min: 0, max: 5 }).map((ms) => new Date(Date.UTC(2026, 0, 1) + ms));
const someResult = fc.constantFrom('ok', 'failed', 'denied');

const someEntry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    plugin: someText,
    type: someText,
    actor: someText,
    result: someResult,
    reason: fc.option(someText),
    data: fc.dictionary(
      someText,
      fc.oneof(someText, fc.integer(), fc.array(someText), fc.dictionary(someText, someText)),
    ),
    at: someTime,
  },
  { requiredKeys: ['plugin', 'type', 'actor', 'data', 'at'] },
) as fc.Arbitrary<AuditEntry>;

/** `page` pages back once, by the id of the first entry that is found. */
const someQuery: fc.Arbitrary<AuditQuery & { readonly page?: boolean }> = fc.record(
  {
    plugin: someText,
    type: fc.oneof(
      someText,
      fc.array(fc.oneof(someText, fc.constantFrom('plugin:a*', 'plugin*', '*')), { maxLength: 3 }),
    ),
    actor: someText,
    result: someResult,
    since: someTime,
    until: someTime,
    text: someText,
    limit: fc.integer({ min: 1, max: 12 }),
    page: fc.boolean(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<AuditQuery & { readonly page?: boolean }>;

/** What is found, without the ids, which are each log's own. */
async function entriesOf(
  log: AuditLog,
  { page = false, ...query }: AuditQuery & { readonly page?: boolean },
): Promise<object[]> {
  const first = await log.query(query);
  const records = page && first[0] ? await log.query({ ...query, before: first[0].id }) : first;
  return records.map(({ id: _id, ...entry }) => entry);
}
