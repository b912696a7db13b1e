import { manifestOf } from '@catalyst-plugins/core/testing';
import { describe, expect, test } from 'vitest';
import { adminSchemas } from '../src/admin/admin-schemas.ts';
import { taskSchemas } from '../src/admin/task-schemas.ts';
import { onLoad, startServer, type TestServer } from './start-server.ts';

const ids = ['sweep', '*/5 0 * * *', '*/5 0 * * *#2', 'a/b?c=d&e %2F #1', 'a..', 'ünïcode', '☃'.repeat(80)];

const schedule = onLoad(`
  let hold;
  ctx.registerRoute({ method: 'POST', url: '/release', handler: async () => { hold?.(); return {}; } });
  ctx.scheduleTask('0 0 1 1 *', () => new Promise((resolve) => { hold = resolve; }), { name: 'sweep', timezone: 'UTC' });
  for (const name of ${JSON.stringify(ids.map((id) => (id.startsWith('*') ? undefined : id)).slice(1))})
    ctx.scheduleTask('*/5 0 * * *', () => {}, { name: name ?? undefined });
`);

const plugins = {
  demo: { 'plugin.json': manifestOf('demo'), 'index.js': schedule },
  quiet: { 'plugin.json': manifestOf('quiet'), 'index.js': onLoad('') },
};

const path = (id: string, what: string): string => `/api/plugins/-/demo/tasks/${encodeURIComponent(id)}/${what}`;
const post = (server: TestServer, id: string, what: string): Promise<Response> =>
  server.admin(path(id, what), { method: 'POST' });

describe('tasks in the admin API', () => {
  test('are listed for all plugins and for one', async () => {
    await using server = await startServer({ plugins });
    const all = await (await server.admin('/api/plugins/tasks')).json();
    expect(taskSchemas.tasks.parse(all)).toEqual(all);
    expect(all.data.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(all.data[0]).toMatchObject({ plugin: 'demo', state: 'waiting', timezone: 'UTC' });
    expect(Date.parse(all.data[0].nextRunAt)).toBeGreaterThan(Date.now());
    expect(await (await server.admin('/api/plugins/-/demo/tasks')).json()).toEqual(all);
    expect(await (await server.admin('/api/plugins/-/quiet/tasks')).json()).toEqual({ success: true, data: [] });
    expect((await server.admin('/api/plugins/-/nobody/tasks')).status).toBe(404);
  });

  test('are run now, once at a time, and their runs are listed', async () => {
    await using server = await startServer({ plugins });
    const begun = await (await post(server, 'sweep', 'run')).json();
    expect(taskSchemas.run.parse(begun)).toEqual(begun);
    expect(begun.data).toMatchObject({ trigger: 'manual', actor: 'ana', result: null });
    const refused = await post(server, 'sweep', 'run');
    const problem = await refused.json();
    expect(adminSchemas.problem.parse(problem)).toEqual(problem);
    expect([refused.status, problem.code]).toEqual([409, 'TASK_RUNNING']);
    await server.fetch('/api/plugins/demo/release', { method: 'POST' });
    await expect
      .poll(async () => (await (await server.admin(path('sweep', 'runs'))).json()).data)
      .toMatchObject([{ id: begun.data.id, result: 'ok', actor: 'ana' }]);
    const runs = await (await server.admin(path('sweep', 'runs'))).json();
    expect(taskSchemas.runs.parse(runs)).toEqual(runs);
    await server.host.disable('demo');
    const off = await post(server, 'sweep', 'run');
    expect([off.status, (await off.json()).code]).toEqual([503, 'PLUGIN_NOT_ACTIVE']);
  });

  test.each(ids)('are found by the id %j, encoded', async (id) => {
    await using server = await startServer({ plugins });
    const paused = await (await post(server, id, 'pause')).json();
    expect(taskSchemas.task.parse(paused)).toEqual(paused);
    expect(paused.data).toMatchObject({ id, state: 'paused', nextRunAt: null });
    expect((await (await post(server, id, 'resume')).json()).data).toMatchObject({ id, state: 'waiting' });
    expect((await (await server.admin(path(id, 'runs'))).json()).data).toEqual([]);
    expect(
      (await server.host.audit({ plugin: 'demo', type: 'plugin:task-paused' })).map(({ data }) => data),
    ).toMatchObject([{ task: id }]);
  });

  test('are found by nobody who may not, and not by other ids', async () => {
    await using server = await startServer({ plugins });
    for (const what of ['run', 'pause', 'resume']) {
      expect((await server.fetch(path('sweep', what), { method: 'POST' })).status).toBe(401);
      expect((await post(server, 'nothing', what)).status).toBe(404);
      expect((await post(server, '', what)).status).toBe(404);
      expect((await post(server, 'x'.repeat(300), what)).status).toBeGreaterThanOrEqual(404);
    }
    expect((await server.fetch(path('sweep', 'runs'))).status).toBe(401);
    expect(server.host.tasks.list('demo')[0]).toMatchObject({ state: 'waiting', lastRun: null, paused: false });
  });
});
