import { describe, expect, it, vi } from 'vitest';
import type { PluginFiles } from '@catalyst-plugins/core/testing';
import type { StoreUnderTest } from '../support/each-store.ts';
import { folderOf, type PluginServer, remotePlugin, servePlugins, unique } from '../support/serve-plugins.ts';

const noting = `onEnable(ctx) { ctx.logger.info('up ' + ctx.manifest.name); },
  onDisable(ctx) { ctx.logger.info('down ' + ctx.manifest.name); },
  onDependencyChange(ctx, { plugin, version, state }) { ctx.logger.info('heard ' + [ctx.manifest.name, plugin, version, state].join(' ')); },`;

const needing = (name: string, dependencies: Record<string, string>, members: object = {}): PluginFiles =>
  remotePlugin(name, { dependencies, ...members }, noting);

const notes = ({ logger }: PluginServer): string[] =>
  logger.lines.map(({ message }) => message).filter((message) => /^(up|down|heard) /.test(message));
const states = ({ host }: PluginServer): object =>
  Object.fromEntries(host.status().map(({ name, state }) => [name, state]));
const becomes = (server: PluginServer, wanted: Record<string, string>): Promise<void> =>
  vi.waitFor(() => expect(states(server)).toEqual(wanted), { timeout: 30_000, interval: 10 });

/** Who needs whom, and who calls whom. */
export function describeRelations(store: () => StoreUnderTest): void {
  describe('plugins that need others', () => {
    it('come up after them at every start, and are blocked and unblocked with them', async () => {
      const [root, middle, leaf] = [unique('z-root'), unique('m-middle'), unique('a-leaf')];
      const { stores } = store();
      await using folder = await folderOf(
        [leaf, needing(leaf, { [middle]: '^1.0.0' })],
        [middle, needing(middle, { [root]: '^1.0.0' })],
        [root, needing(root, {})],
      );
      const active = { [root]: 'active', [middle]: 'active', [leaf]: 'active' };
      const blocked = { [root]: 'disabled', [middle]: 'blocked', [leaf]: 'blocked' };
      await using server = await servePlugins(folder, { stores });
      expect(notes(server).slice(0, 3)).toEqual([`up ${root}`, `up ${middle}`, `up ${leaf}`]);
      const refused = await server.admin('POST', `/${root}/enable`, { enabled: false });
      expect(refused).toMatchObject({
        status: 409,
        body: {
          code: 'DEPENDANTS_ACTIVE',
          details: {
            dependants: [
              { name: leaf, state: 'active', via: middle },
              { name: middle, state: 'active', via: root },
            ],
          },
        },
      });
      expect(states(server)).toEqual(active);
      expect((await server.admin('POST', `/${root}/enable`, { enabled: false, cascade: true })).status).toBe(200);
      expect(states(server)).toEqual(blocked);
      expect(notes(server).filter((note) => note.startsWith('down'))).toEqual([
        `down ${leaf}`,
        `down ${middle}`,
        `down ${root}`,
      ]);
      await server.stop();

      await using second = await servePlugins(folder, { stores });
      expect(states(second)).toEqual(blocked);
      expect((await second.get(leaf, '/run')).body.detail).toContain(`needs "${middle}"`);
      await second.admin('POST', `/${root}/enable`, { enabled: true });
      await becomes(second, active);
      await second.stop();

      await using third = await servePlugins(folder, { stores });
      expect(states(third)).toEqual(active);
      expect(notes(third).slice(0, 3)).toEqual([`up ${root}`, `up ${middle}`, `up ${leaf}`]);
      await third.stop();
    });

    it('in a circle are blocked with the way around it, also after a restart, until an edit breaks it', async () => {
      const [one, two] = [unique('one'), unique('two')];
      const { stores } = store();
      await using folder = await folderOf([one, needing(one, { [two]: '*' })], [two, needing(two, { [one]: '*' })]);
      await using server = await servePlugins(folder, { stores });
      const expectCircle = async (asked: PluginServer): Promise<void> => {
        expect((await asked.admin('GET', `/${one}`)).body.data).toMatchObject({
          state: 'blocked',
          reason: { code: 'DEPENDENCY_CYCLE', message: expect.stringContaining(`${one} → ${two} → ${one}`) },
        });
        expect((await asked.admin('GET', '/graph')).body.data.cycles).toEqual([[one, two, one]]);
      };
      await expectCircle(server);
      await server.stop();
      await using second = await servePlugins(folder, { stores });
      await expectCircle(second);
      await folder.write(two, needing(two, {}));
      await second.admin('POST', `/${two}/reload`, {});
      await becomes(second, { [one]: 'active', [two]: 'active' });
      await second.stop();
    });

    it('are told when those change, and blocked by a release that is not the one they need', async () => {
      const [base, top, fan] = [unique('base'), unique('top'), unique('fan')];
      await using folder = await folderOf(
        [base, needing(base, {})],
        [top, needing(top, { [base]: '^1.0.0' })],
        [fan, needing(fan, {}, { optionalDependencies: { [base]: '*' } })],
      );
      await using server = await servePlugins(folder, { stores: store().stores });
      const heard = (...lines: string[]): Promise<void> =>
        expect.poll(() => notes(server)).toEqual(expect.arrayContaining(lines));
      await folder.write(base, needing(base, {}, { version: '1.1.0' }));
      await server.admin('POST', `/${base}/reload`, {});
      await heard(`heard ${fan} ${base} 1.1.0 active`, `heard ${top} ${base} 1.1.0 active`);
      await folder.write(base, needing(base, {}, { version: '2.0.0' }));
      expect((await server.admin('POST', `/${base}/reload`, {})).body.code).toBe('DEPENDANTS_ACTIVE');
      expect((await server.admin('POST', `/${base}/reload`, { cascade: true })).status).toBe(200);
      await becomes(server, { [base]: 'active', [fan]: 'active', [top]: 'blocked' });
      await heard(`heard ${fan} ${base} 2.0.0 active`);
      await folder.write(top, needing(top, { [base]: '^2.0.0' }));
      await server.admin('POST', '/rescan');
      await becomes(server, { [base]: 'active', [fan]: 'active', [top]: 'active' });
      await server.stop();
    });
  });

  describe('calls of another plugin', () => {
    it('never fail while it is reloaded under load, and see its data', async () => {
      const [provider, caller] = [unique('provider'), unique('caller')];
      const exposing = (word: string): PluginFiles =>
        remotePlugin(
          provider,
          {},
          `onEnable(ctx) {
            ctx.exposeApi('add', async (params) => {
              await ctx.collection('things').insert(params);
              return '${word}';
            });
          },`,
        );
      await using folder = await folderOf(
        [provider, exposing('release 0')],
        [caller, remotePlugin(caller, { permissions: ['plugin.rpc'] })],
      );
      await using server = await servePlugins(folder, { stores: store().stores });
      const outcomes: { value?: string; error?: object }[] = [];
      const reloads = { areOver: false };
      const call = { method: 'callPluginApi', args: [provider, 'add', { by: caller }], times: 5 };
      const storm = async (): Promise<void> => {
        while (!reloads.areOver) outcomes.push(...((await server.outcome(caller, call)) as { value: [] }).value);
      };
      const storms = [storm(), storm()];
      for (let round = 1; round <= 5; round += 1) {
        await folder.write(provider, exposing(`release ${round}`));
        expect((await server.admin('POST', `/${provider}/reload`, {})).status).toBe(200);
        expect(await server.run(caller, 'callPluginApi', provider, 'add', { by: 'me' })).toBe(`release ${round}`);
      }
      reloads.areOver = true;
      await Promise.all(storms);
      expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
      expect(outcomes.length).toBeGreaterThan(20);
      expect(await server.things(provider, 'count', { by: caller })).toBe(outcomes.length);
      await server.stop();
    });
  });

  describe('the OpenAPI document', () => {
    it('has the routes of plugins that are live, in the release that is', async () => {
      const name = unique('routes');
      const routes = (url: string): string =>
        `onEnable(ctx) { ctx.registerRoute({ method: 'GET', url: '${url}', schema: { summary: 'Words.' }, handler: () => 'x' }); },`;
      const { stores } = store();
      await using folder = await folderOf([name, remotePlugin(name, {}, routes('/words/:id'))]);
      await using server = await servePlugins(folder, { stores });
      const paths = async (asked: PluginServer): Promise<string[]> => {
        const { body } = await asked.admin('GET', '/openapi.json');
        return Object.keys(body.paths).filter((path) => path.includes(name));
      };
      expect(await paths(server)).toEqual(
        expect.arrayContaining([`/api/plugins/${name}/run`, `/api/plugins/${name}/words/{id}`]),
      );
      await folder.write(name, remotePlugin(name, {}, routes('/sentences')));
      await server.admin('POST', `/${name}/reload`, {});
      expect(await paths(server)).toContain(`/api/plugins/${name}/sentences`);
      expect(await paths(server)).not.toContain(`/api/plugins/${name}/words/{id}`);
      await server.stop();
      await using later = await servePlugins(folder, { stores });
      expect(await paths(later)).toContain(`/api/plugins/${name}/sentences`);
      await later.admin('POST', `/${name}/enable`, { enabled: false });
      expect(await paths(later)).toEqual([]);
      await later.stop();
    });
  });
}
