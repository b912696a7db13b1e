import type { LiveEvent, MetricsSnapshot } from '@catalyst-plugins/core/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPluginClient, type FollowOptions, type LiveLines, type PluginClient } from '../src/client/index.ts';
import { observedShop } from './support/observed-shop.ts';
import { startPluginServer, type PluginServer } from './support/plugin-server.ts';

const waitFor = (fact: () => void): Promise<void> => vi.waitFor(fact, { timeout: 15_000 });

async function start(): Promise<{ server: PluginServer; client: PluginClient }> {
  const server = await startPluginServer({ plugins: { shop: observedShop } });
  return { server, client: createPluginClient({ baseUrl: server.baseUrl }) };
}

describe('the client', () => {
  it('reads a log by level, text and page, and as a file', async () => {
    const { server, client } = await start();
    await fetch(`${server.baseUrl}/shop/sold`);
    await fetch(`${server.baseUrl}/shop/broken`);
    const all = await client.logs('shop');
    expect(all).toMatchObject({ hasMore: false, dropped: 0 });
    expect(all.lines.map(({ message }) => message)).toEqual(expect.arrayContaining(['ready', 'sold']));
    const { lines } = await client.logs('shop', { level: 'warn', text: 'apple' });
    expect(lines).toMatchObject([{ level: 'warn', message: 'sold', details: { item: 'Apple' } }]);
    const seq = lines[0]?.seq ?? 0;
    expect(await client.logs('shop', { limit: 1 })).toMatchObject({ lines: [{}], hasMore: true });
    expect((await client.logs('shop', { before: seq })).lines.at(-1)?.message).toBe('ready');
    const later = await client.logs('shop', { after: seq });
    expect(later.lines.every((line) => line.seq > seq)).toBe(true);
    const file = await (await client.exportLogs('shop', { level: 'warn' })).text();
    expect(JSON.parse(file.split('\n')[0] ?? '')).toMatchObject({ plugin: 'shop', level: 'warn' });
    expect(await client.errors('shop')).toMatchObject([{ type: 'TypeError', message: 'no stock', count: 1 }]);
  });

  it('has lines of another level kept for a time', async () => {
    const { client } = await start();
    const { level: standard } = await client.logLevel('shop');
    expect(await client.setLogLevel('shop', 'trace', { forMs: 60_000 })).toMatchObject({ level: 'trace', standard });
    expect(await client.setLogLevel('shop', null)).toEqual({ level: standard, standard, until: null });
  });

  it('reads how a plugin is, and has the host look now', async () => {
    const { client } = await start();
    const { history } = await client.checkHealth('shop');
    expect(await client.health('shop')).toMatchObject({ plugin: 'shop', status: 'healthy' });
    expect(history[0]).toMatchObject({ outcome: 'passed' });
    const all = await client.healthOfAll();
    expect(all).toMatchObject([{ plugin: 'shop', status: 'healthy', message: null }]);
    expect(all[0]?.checks).toEqual(history.map(({ outcome }) => outcome));
  });

  it('reads what is counted, now and over time', async () => {
    const { server, client } = await start();
    await fetch(`${server.baseUrl}/shop/sold`);
    const { plugins } = await client.metrics();
    expect(plugins).toMatchObject([{ plugin: 'shop', calls: { request: { count: 1 } } }]);
    const series = await client.metricSeries('shop', {
      stepMs: 60_000,
      since: new Date(Date.now() - 60_000).toISOString(),
    });
    expect(series).toMatchObject({ plugin: 'shop', stepMs: 60_000 });
    expect(series.points).toContainEqual(expect.objectContaining({ errors: 0, counts: {} }));
  });

  it('runs, pauses and resumes tasks, and lists their runs', async () => {
    const { client } = await start();
    expect(await client.tasks()).toMatchObject([{ plugin: 'shop', id: 'sweep up', state: 'waiting' }]);
    expect(await client.runTask('shop', 'sweep up')).toMatchObject({ trigger: 'manual', actor: 'ada' });
    expect(await client.pauseTask('shop', 'sweep up')).toMatchObject({ paused: true });
    expect(await client.resumeTask('shop', 'sweep up')).toMatchObject({ paused: false });
    expect(await client.tasks('shop')).toHaveLength(1);
    expect(await client.taskRuns('shop', 'sweep up')).toHaveLength(1);
  });

  it('says in the audit log why something was done, pages through that, and gets it as a file', async () => {
    const { server, client } = await start();
    await client.disable('shop', { reason: 'stocktaking' });
    await client.enable('shop', { reason: 'done' });
    await client.reload('shop', { reason: 'new prices' });
    const [latest] = await client.audit({ plugin: 'shop', type: ['plugin:dis*', 'plugin:enabled'], limit: 1 });
    expect(latest).toMatchObject({ type: 'plugin:enabled', actor: 'ada', reason: 'done', result: 'ok' });
    const before = await client.audit({ type: 'plugin:disabled', before: latest?.id });
    expect(before).toMatchObject([{ reason: 'stocktaking' }]);
    expect(await client.audit({ text: 'no such text' })).toEqual([]);
    const csv = await (await client.exportAudit('csv', { type: 'plugin:reloaded' })).text();
    expect(csv.split('\r\n')).toEqual([expect.stringContaining('id,at'), expect.stringContaining('new prices'), '']);
    const url = client.auditExportUrl('ndjson', { type: 'plugin:reloaded' });
    expect(url).toBe(`${server.baseUrl}/audit/export?format=ndjson&type=plugin%3Areloaded`);
    expect(await (await fetch(url)).json()).toMatchObject({ reason: 'new prices' });
  });

  it('gets the diagnostics of one plugin or of all, and one operation', async () => {
    const { client } = await start();
    await client.reload('shop');
    expect((await client.diagnostics('shop')).plugins).toMatchObject([{ detail: { name: 'shop' } }]);
    expect((await client.diagnostics()).versions.node).toBe(process.version);
    const id = (await client.operations('shop'))[0]?.id ?? '';
    expect(await client.operation(id)).toMatchObject({ id, plugin: 'shop' });
  });

  it('says what is wrong when a file cannot be had', async () => {
    const { client } = await start();
    await expect(client.exportLogs('nobody')).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND', status: 404 });
  });
});

describe('following topics', () => {
  it('brings health, tasks, entries, figures and lines to those who ask for them, and nothing else', async () => {
    const { server, client } = await start();
    const followed = follow(client, { topics: ['task', 'audit', 'metric', 'log:shop'] });
    await waitFor(() => expect(followed.states).toContain('live'));
    await client.runTask('shop', 'sweep up');
    await fetch(`${server.baseUrl}/shop/sold`);
    await waitFor(() => {
      const types = new Set(followed.events.map(({ type }) => type));
      expect(types).toEqual(new Set(['plugin:task', 'plugin:audit']));
      expect(followed.lines.flatMap(({ lines }) => lines)).toMatchObject([{ message: 'sold' }]);
      const figures = followed.snapshots.flatMap(({ plugins }) => plugins);
      expect(figures.at(-1)).toMatchObject({ plugin: 'shop', calls: { request: { count: 1 } } });
    });
  });

  it('begins after the event that is known already', async () => {
    const { server, client } = await start();
    const { id: since, seq } = server.host.events;
    await client.disable('shop');
    const followed = follow(client, { topics: ['plugins', 'audit'], since });
    await waitFor(() => expect(followed.events.map(({ type }) => type)).toContain('plugin:disabled'));
    expect(followed.events[0]?.seq).toBe(seq + 1);
  });
});

function follow(client: PluginClient, options: FollowOptions) {
  const events: LiveEvent[] = [];
  const lines: LiveLines[] = [];
  const snapshots: MetricsSnapshot[] = [];
  const states: string[] = [];
  const stop = client.follow(
    {
      onEvent: (event) => void events.push(event),
      onLines: (batch) => void lines.push(batch),
      onMetrics: (snapshot) => void snapshots.push(snapshot),
      onConnection: (state) => void states.push(state),
    },
    options,
  );
  onTestFinished(stop);
  return { events, lines, snapshots, states };
}
