import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry, AuditQuery } from '../../ports/audit-log.ts';
import type { JsonObject } from '../../protocol/json.ts';
import {
  auditEntry,
  expectCode,
  type OpenedStores,
  type OpenStores,
  uniquePluginName,
  unstorableEntry,
} from './opened-stores.ts';

/** The promises of every audit log; call it from a test file with the stores to be tested. */
export function describeAuditLog(name: string, open: OpenStores): void {
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
      const entry = {
        plugin,
        type: 'plugin:enabled',
        actor: 'user:42',
        data,
        at: new Date('2026-01-02T03:04:05.678Z'),
      };
      await append([entry]);
      const [record] = await opened.stores.audit.query({ plugin });
      expect(record).toEqual({ ...entry, id: record?.id });
      expect(record?.at).toBeInstanceOf(Date);
      expect(typeof record?.id).toBe('string');
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
  });
}
