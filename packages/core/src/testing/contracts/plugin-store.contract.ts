import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PluginRecord } from '../../ports/plugin-store.ts';
import type { JsonObject } from '../../protocol/json.ts';
import {
  auditEntry,
  expectCode,
  newPlugin,
  type OpenedStores,
  type OpenStores,
  uniquePluginName,
  unstorableEntry,
} from './opened-stores.ts';

/** The promises of every plugin store; call it from a test file with the stores to be tested. */
export function describePluginStore(name: string, open: OpenStores): void {
  describe(`${name}: plugin store`, () => {
    let opened: OpenedStores;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    const store = (): OpenedStores['stores'] => opened.stores;
    const auditTypes = async (plugin: string): Promise<string[]> =>
      (await store().audit.query({ plugin })).map((entry) => entry.type);
    const added = async (members: Parameters<typeof newPlugin>[1] = {}): Promise<PluginRecord> =>
      store().plugins.add(newPlugin(uniquePluginName(), members), []);
    const save = (record: PluginRecord, config: JsonObject, expectedRevision = 0): Promise<PluginRecord> =>
      store().plugins.saveConfig(record.name, { expectedRevision, config, actor: 'ada' }, []);

    describe('adding', () => {
      it('a plugin that is added is read back with everything that was said of it', async () => {
        const before = Date.now();
        const input = newPlugin(uniquePluginName(), {
          version: '2.0.0-rc.1',
          manifest: { name: 'x', nested: { list: [1, 'two', null, { three: true }] } },
          source: 'archive:x.tgz',
        });
        const record = await store().plugins.add(input, []);
        expect(record).toMatchObject({ ...input, reason: null, digest: null, config: {}, revision: 0 });
        expect(record.configRevision).toBe(0);
        expect(record.installId).toMatch(/^[0-9a-f-]{36}$/);
        expect(record.enabledAt).toBeNull();
        expect(record.disabledAt).toBeNull();
        expect(Math.abs(record.installedAt.getTime() - before)).toBeLessThan(60_000);
        expect(await store().plugins.get(input.name)).toEqual(record);
      });

      it('a plugin that is added enabled has been enabled since then', async () => {
        const record = await added({ enabled: true, state: 'active' });
        expect(record.enabled).toBe(true);
        expect(record.enabledAt).toBeInstanceOf(Date);
      });

      it('adding a name that is there changes nothing, returns what is stored, and leaves no audit entry', async () => {
        const first = await added();
        const again = newPlugin(first.name, { version: '9.9.9' });
        const second = await store().plugins.add(again, [auditEntry(first.name, 'plugin:installed')]);
        expect(second).toEqual(first);
        expect(await auditTypes(first.name)).toEqual([]);
      });

      it('ten hosts that add one plugin at once agree on one record and one audit entry', async () => {
        const plugin = uniquePluginName();
        const records = await Promise.all(
          Array.from({ length: 10 }, () =>
            store().plugins.add(newPlugin(plugin), [auditEntry(plugin, 'plugin:installed')]),
          ),
        );
        expect(new Set(records.map((record) => record.installId)).size).toBe(1);
        expect(await auditTypes(plugin)).toEqual(['plugin:installed']);
      });

      it('a plugin that is removed and added again is another installation', async () => {
        const first = await added();
        await store().plugins.remove(first.name, []);
        const second = await store().plugins.add(newPlugin(first.name), []);
        expect(second.installId).not.toBe(first.installId);
      });
    });

    describe('reading', () => {
      it('a plugin that was never added is undefined', async () => {
        expect(await store().plugins.get(uniquePluginName())).toBeUndefined();
      });

      it('names that objects have anyway, such as constructor, are names like any other', async () => {
        for (const plugin of ['constructor', '__proto__', 'toString']) {
          await store().plugins.remove(plugin, []);
          expect(await store().plugins.get(plugin)).toBeUndefined();
          await store().plugins.add(newPlugin(plugin), []);
          expect((await store().plugins.get(plugin))?.name).toBe(plugin);
          await store().plugins.remove(plugin, []);
        }
      });

      it('the list is sorted by name, whatever the language of the database', async () => {
        const stem = uniquePluginName();
        const names = [`${stem}-b`, `${stem}a`, `${stem}-a`, `${stem}B`, stem];
        for (const plugin of names) await store().plugins.add(newPlugin(plugin), []);
        const listed = (await store().plugins.list()).map((record) => record.name);
        expect(listed.filter((plugin) => plugin.startsWith(stem))).toEqual(names.toSorted());
      });

      it('what is read is a copy: writing into it does not reach the store', async () => {
        const record = await save(await added(), { colour: 'red' });
        record.config['colour'] = 'blue';
        record.manifest['name'] = 'changed';
        const [listed] = (await store().plugins.list()).filter((other) => other.name === record.name);
        if (listed !== undefined) listed.config['colour'] = 'green';
        const stored = await store().plugins.get(record.name);
        expect(stored?.config).toEqual({ colour: 'red' });
        expect(stored?.manifest).toEqual({ name: record.name, version: '1.0.0' });
      });
    });

    describe('health', () => {
      it('is kept for many plugins at once; it is no change of their records', async () => {
        const records = [await added(), await added(), await added()];
        const checkedAt = new Date('2026-02-03T04:05:06.789Z');
        const notes = records.map(({ name: plugin }, index) => ({ plugin, status: `status-${index}`, checkedAt }));
        await store().plugins.saveHealth([...notes, { plugin: uniquePluginName(), status: 'healthy', checkedAt }]);
        for (const [index, record] of records.entries()) {
          const stored = await store().plugins.get(record.name);
          const { updatedAt: _before, ...before } = record;
          expect(stored).toMatchObject({ ...before, healthStatus: `status-${index}`, lastHealthCheck: checkedAt });
        }
      });

      it('of plugins that are not there, or of none, is no error', async () => {
        await store().plugins.saveHealth([]);
        const plugin = uniquePluginName();
        await store().plugins.saveHealth([{ plugin, status: 'healthy', checkedAt: new Date() }]);
        expect(await store().plugins.get(plugin)).toBeUndefined();
      });

      it('stays when the record changes', async () => {
        const { name: plugin } = await added();
        const checkedAt = new Date();
        await store().plugins.saveHealth([{ plugin, status: 'degraded', checkedAt }]);
        const updated = await store().plugins.update(plugin, { state: 'active' }, []);
        expect(updated).toMatchObject({ healthStatus: 'degraded', lastHealthCheck: checkedAt, revision: 1 });
      });
    });

    describe('updating', () => {
      it('members that are given change, all others stay, and the revision grows by one', async () => {
        const old = await added();
        const reason = { code: 'HOOK_FAILED', message: 'no such table', hint: 'Create the table.' };
        const updated = await store().plugins.update(old.name, { state: 'failed', reason }, []);
        expect(updated).toEqual({ ...old, state: 'failed', reason, revision: 1, updatedAt: updated.updatedAt });
        expect(await store().plugins.get(old.name)).toEqual(updated);
      });

      it('tasks that are paused are replaced as a list, and stay when they are left out; a new plugin has none', async () => {
        const { name: plugin, pausedTasks } = await added();
        expect(pausedTasks).toEqual([]);
        const ids = ['*/5 * * * *#2', 'sweep "all" ☃', '__proto__'];
        expect((await store().plugins.update(plugin, { pausedTasks: ids }, [])).pausedTasks).toEqual(ids);
        await store().plugins.update(plugin, { state: 'failed' }, []);
        expect((await store().plugins.get(plugin))?.pausedTasks).toEqual(ids);
        await store().plugins.update(plugin, { pausedTasks: [] }, []);
        expect((await store().plugins.get(plugin))?.pausedTasks).toEqual([]);
      });

      it('a reason is cleared with null and kept when it is left out', async () => {
        const { name: plugin } = await added();
        const reason = { code: 'HOOK_FAILED', message: 'm', hint: 'h' };
        await store().plugins.update(plugin, { state: 'failed', reason }, []);
        expect((await store().plugins.update(plugin, { version: '1.0.1' }, [])).reason).toEqual(reason);
        expect((await store().plugins.update(plugin, { state: 'active', reason: null }, [])).reason).toBeNull();
      });

      it('a reason with characters that no database keeps is stored readably, because it comes from foreign errors', async () => {
        const { name: plugin } = await added();
        const reason = { code: 'HOOK_FAILED', message: 'bad byte \0 and \ud800', hint: 'h' };
        const updated = await store().plugins.update(plugin, { state: 'failed', reason }, []);
        expect(updated.reason?.message).toBe('bad byte \ufffd and \ufffd');
      });

      it('version, manifest, digest and source follow an update of the plugin, and stay when they are left out', async () => {
        const { name: plugin } = await added();
        const manifest = { name: plugin, version: '2.0.0', backend: { entry: 'index.js' } };
        const change = { version: '2.0.0', manifest, digest: 'abc123', source: 'archive:b' };
        expect(await store().plugins.update(plugin, change, [])).toMatchObject(change);
        expect(await store().plugins.update(plugin, { state: 'quarantined' }, [])).toMatchObject(change);
      });

      it('a pinned release is kept until it is unpinned, whatever else changes', async () => {
        const { name: plugin, pinned } = await added();
        expect(pinned).toBeNull();
        const pin = { digest: 'a'.repeat(64), insteadOf: 'b'.repeat(64) };
        await store().plugins.update(plugin, { pinned: pin }, []);
        await store().plugins.update(plugin, { version: '2.0.0' }, []);
        expect((await store().plugins.get(plugin))?.pinned).toEqual(pin);
        await store().plugins.update(plugin, { pinned: null }, []);
        expect((await store().plugins.get(plugin))?.pinned).toBeNull();
      });

      it('decisions about permissions are kept as they were made, until others take their place, whatever else changes', async () => {
        const { name: plugin } = await added({ grants: { 'a.read': true, 'ключ.*': false } });
        await store().plugins.update(plugin, { version: '2.0.0' }, []);
        expect((await store().plugins.get(plugin))?.grants).toEqual({ 'a.read': true, 'ключ.*': false });
        await store().plugins.update(plugin, { grants: { 'a.read': false } }, []);
        expect((await store().plugins.get(plugin))?.grants).toEqual({ 'a.read': false });
      });

      it('the version that the data is made for is unknown at first, then what was said last', async () => {
        const { name: plugin, dataVersion } = await added();
        expect(dataVersion).toBeNull();
        await store().plugins.update(plugin, { dataVersion: '1.0.0' }, []);
        await store().plugins.update(plugin, { state: 'active' }, []);
        expect((await store().plugins.get(plugin))?.dataVersion).toBe('1.0.0');
      });

      it('enabledAt and disabledAt tell when the plugin last was switched, not when it was last written', async () => {
        const { name: plugin } = await added();
        const enabled = await store().plugins.update(plugin, { enabled: true }, []);
        expect(enabled.enabledAt).toBeInstanceOf(Date);
        await sleep(5);
        const still = await store().plugins.update(plugin, { enabled: true, state: 'active' }, []);
        expect(still.enabledAt).toEqual(enabled.enabledAt);
        const disabled = await store().plugins.update(plugin, { enabled: false }, []);
        expect(disabled.disabledAt?.getTime()).toBeGreaterThanOrEqual(enabled.enabledAt?.getTime() ?? Infinity);
        expect(disabled.enabledAt).toEqual(enabled.enabledAt);
      });

      it('updatedAt moves with each change', async () => {
        const old = await added();
        await sleep(5);
        const updated = await store().plugins.update(old.name, { state: 'active' }, []);
        expect(updated.updatedAt.getTime()).toBeGreaterThan(old.updatedAt.getTime());
      });

      it('ten updates at once all count', async () => {
        const { name: plugin } = await added();
        await Promise.all(
          Array.from({ length: 10 }, (_, index) => store().plugins.update(plugin, { state: `s${index}` }, [])),
        );
        expect((await store().plugins.get(plugin))?.revision).toBe(10);
      });

      it('a plugin that is not there is refused with PLUGIN_NOT_FOUND, without an audit entry', async () => {
        const plugin = uniquePluginName();
        const entry = auditEntry(plugin, 'plugin:enabled');
        await expectCode(store().plugins.update(plugin, { enabled: true }, [entry]), 'PLUGIN_NOT_FOUND');
        expect(await auditTypes(plugin)).toEqual([]);
      });
    });

    describe('configuration', () => {
      it('a saved configuration is read back whole, under the next revision', async () => {
        const config: JsonObject = JSON.parse('{"a":{"b":[1,{"c":null}]},"__proto__":{"d":1},"$type":"x","ключ":"😀"}');
        const saved = await save(await added(), config);
        expect(JSON.stringify(sorted(saved.config))).toBe(JSON.stringify(sorted(config)));
        expect(saved).toMatchObject({ configRevision: 1, revision: 1 });
        expect(await store().plugins.get(saved.name)).toEqual(saved);
      });

      it('two saves of the configuration from the same revision: the second is refused with CONFIG_CONFLICT', async () => {
        const record = await added();
        await save(record, { by: 'first' });
        const entry = auditEntry(record.name, 'plugin:config-changed');
        const late = { expectedRevision: 0, config: { by: 'second' }, actor: 'bob' };
        await expectCode(store().plugins.saveConfig(record.name, late, [entry]), 'CONFIG_CONFLICT');
        expect(await store().plugins.get(record.name)).toMatchObject({ config: { by: 'first' }, configRevision: 1 });
        expect(await auditTypes(record.name)).toEqual([]);
      });

      it('of ten saves at once from the same revision exactly one wins', async () => {
        const record = await added();
        const results = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => save(record, { index })));
        const won = results.filter((result) => result.status === 'fulfilled');
        expect(won).toHaveLength(1);
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFIG_CONFLICT' });
        }
        expect(await store().plugins.get(record.name)).toEqual(won[0]?.value);
      });

      it('saves that follow each other count up', async () => {
        const record = await added();
        await save(record, { n: 1 });
        await save(record, { n: 2 }, 1);
        expect(await save(record, {}, 2)).toMatchObject({ config: {}, configRevision: 3, revision: 3 });
      });

      it('an update of other members leaves the configuration and its revision alone', async () => {
        const record = await save(await added(), { kept: true });
        const updated = await store().plugins.update(record.name, { state: 'active' }, []);
        expect(updated).toMatchObject({ config: { kept: true }, configRevision: 1 });
      });

      it('a configuration with a NUL character is refused with STORAGE_VALUE_INVALID, and the old one stays', async () => {
        const record = await save(await added(), { text: 'old' });
        await expectCode(save(record, { text: 'a\0b' }, 1), 'STORAGE_VALUE_INVALID');
        expect(await store().plugins.get(record.name)).toEqual(record);
      });

      it('every saved configuration is kept as a revision, the latest first, with who saved it', async () => {
        const record = await added();
        await store().plugins.saveConfig(record.name, { expectedRevision: 0, config: { n: 1 }, actor: 'ada' }, []);
        await store().plugins.saveConfig(record.name, { expectedRevision: 1, config: { n: 2 }, actor: 'ben' }, []);
        const revisions = await store().plugins.configRevisions(record.name, {});
        expect(revisions).toEqual([
          { revision: 2, config: { n: 2 }, actor: 'ben', savedAt: expect.any(Date) },
          { revision: 1, config: { n: 1 }, actor: 'ada', savedAt: expect.any(Date) },
        ]);
      });

      it('revisions are read in pages', async () => {
        const record = await added();
        for (let n = 0; n < 5; n += 1) await save(record, { n }, n);
        const read = async (query: { before?: number; limit?: number }): Promise<number[]> =>
          (await store().plugins.configRevisions(record.name, query)).map(({ revision }) => revision);
        expect(await read({ limit: 2 })).toEqual([5, 4]);
        expect(await read({ before: 4, limit: 2 })).toEqual([3, 2]);
        expect(await read({ before: 2 })).toEqual([1]);
        expect(await read({ before: 1 })).toEqual([]);
      });

      it('a save that is refused leaves no revision behind, and neither does a plugin that is removed', async () => {
        const record = await added();
        const results = await Promise.allSettled(Array.from({ length: 5 }, (_, index) => save(record, { index })));
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await store().plugins.configRevisions(record.name, {})).toHaveLength(1);
        await store().plugins.remove(record.name, []);
        expect(await store().plugins.configRevisions(record.name, {})).toEqual([]);
        expect(await store().plugins.configRevisions(uniquePluginName(), {})).toEqual([]);
      });

      it('a plugin that is not there is refused with PLUGIN_NOT_FOUND', async () => {
        const late = { expectedRevision: 0, config: {}, actor: 'ada' };
        await expectCode(store().plugins.saveConfig(uniquePluginName(), late, []), 'PLUGIN_NOT_FOUND');
      });
    });

    describe('audit', () => {
      it('a change and its audit entries are stored together, in order', async () => {
        const plugin = uniquePluginName();
        await store().plugins.add(newPlugin(plugin), [auditEntry(plugin, 'plugin:installed')]);
        const change = [auditEntry(plugin, 'plugin:loaded', { ms: 3 }), auditEntry(plugin, 'plugin:enabled')];
        await store().plugins.update(plugin, { enabled: true }, change);
        const config = { expectedRevision: 0, config: { a: 1 }, actor: 'ada' };
        await store().plugins.saveConfig(plugin, config, [auditEntry(plugin, 'plugin:config-changed')]);
        expect(await auditTypes(plugin)).toEqual([
          'plugin:config-changed',
          'plugin:enabled',
          'plugin:loaded',
          'plugin:installed',
        ]);
      });

      it('a change and its audit entry are both stored or neither', async () => {
        const record = await added();
        const audit = [auditEntry(record.name, 'plugin:enabled'), unstorableEntry(record.name)];
        const config = { expectedRevision: 0, config: { a: 1 }, actor: 'ada' };
        const other = uniquePluginName();
        await expectCode(store().plugins.update(record.name, { enabled: true }, audit), 'STORAGE_VALUE_INVALID');
        await expectCode(store().plugins.saveConfig(record.name, config, audit), 'STORAGE_VALUE_INVALID');
        await expectCode(store().plugins.remove(record.name, audit), 'STORAGE_VALUE_INVALID');
        await expectCode(store().plugins.add(newPlugin(other), audit), 'STORAGE_VALUE_INVALID');
        expect(await store().plugins.get(record.name)).toEqual(record);
        expect(await store().plugins.get(other)).toBeUndefined();
        expect(await auditTypes(record.name)).toEqual([]);
      });
    });

    describe('clearing data', () => {
      it('values, documents, the copy of them and their version go; all else stays', async () => {
        const { name: plugin } = await added();
        const { stores } = opened;
        const collection = { plugin, collection: 'notes' };
        await stores.plugins.saveConfig(plugin, { expectedRevision: 0, config: { a: 1 }, actor: 'ana' }, []);
        await stores.documents.set(plugin, 'key', '"value"');
        await stores.collections.insert(collection, [{ id: 'a', data: { _id: 'a' } }]);
        const transaction = await stores.transactions.begin(plugin, 60_000);
        await transaction.keepCopy();
        await transaction.commit('2.0.0');
        const before = await stores.plugins.get(plugin);
        const record = await stores.plugins.clearData(plugin, [auditEntry(plugin, 'plugin:data-cleared')]);
        expect(await stores.documents.list(plugin, '')).toEqual([]);
        expect(await stores.collections.count(collection, { kind: 'and', filters: [] })).toBe(0);
        await stores.transactions.restore(plugin);
        expect(await stores.documents.list(plugin, '')).toEqual([]);
        expect(await stores.plugins.get(plugin)).toEqual(record);
        const { revision = 0 } = before ?? {};
        const gone = { dataVersion: null, copiedDataVersion: null, revision: revision + 1 };
        expect(record).toEqual({ ...before, ...gone, updatedAt: expect.any(Date) });
        expect(await auditTypes(plugin)).toEqual(['plugin:data-cleared']);
      });

      it('the data of others stays', async () => {
        const [{ name: plugin }, { name: other }] = [await added(), await added()];
        await store().documents.set(other, 'key', '"value"');
        await store().plugins.clearData(plugin, []);
        expect(await store().documents.get(other, 'key')).toBe('value');
      });

      it('a plugin without a record is refused, and nothing is written down', async () => {
        const plugin = uniquePluginName();
        await expectCode(
          store().plugins.clearData(plugin, [auditEntry(plugin, 'plugin:data-cleared')]),
          'PLUGIN_NOT_FOUND',
        );
        expect(await auditTypes(plugin)).toEqual([]);
      });
    });

    describe('removing', () => {
      it('the record and all stored values go; the audit entries stay', async () => {
        const { name: plugin } = await added();
        await store().documents.set(plugin, 'key', '"value"');
        await store().plugins.update(plugin, { enabled: true }, [auditEntry(plugin, 'plugin:enabled')]);
        await store().plugins.remove(plugin, [auditEntry(plugin, 'plugin:removed')]);
        expect(await store().plugins.get(plugin)).toBeUndefined();
        expect(await store().documents.get(plugin, 'key')).toBeNull();
        expect(await auditTypes(plugin)).toEqual(['plugin:removed', 'plugin:enabled']);
      });

      it('values do not come back when the plugin is installed again', async () => {
        const { name: plugin } = await added();
        await store().documents.set(plugin, 'key', '"value"');
        await store().plugins.remove(plugin, []);
        const again = await store().plugins.add(newPlugin(plugin), []);
        expect(await store().documents.list(plugin, '')).toEqual([]);
        expect(again).toMatchObject({ config: {}, configRevision: 0, revision: 0 });
      });

      it('removing a plugin that is not there is no error', async () => {
        const plugin = uniquePluginName();
        await store().plugins.remove(plugin, [auditEntry(plugin, 'plugin:removed')]);
        expect(await auditTypes(plugin)).toEqual(['plugin:removed']);
      });
    });
  });
}

// jsonb keeps no member order, so texts are compared after sorting; objects cannot show a lost `__proto__` member.
function sorted(value: JsonObject): [string, unknown][] {
  return Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
}
