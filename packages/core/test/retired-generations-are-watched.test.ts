import v8 from 'node:v8';
import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { RetiredGenerationStatus } from '../src/protocol/plugin-summary.ts';
import { createTestHost, manifestOf, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually } from './support/probe.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

/** What the detail view says once it has made up its mind about every retired generation. */
async function verdict({ host }: TestHost, name = 'demo'): Promise<readonly RetiredGenerationStatus[]> {
  return eventually(async () => {
    await new Promise(setImmediate);
    collectGarbage();
    const { retired } = host.get(name) ?? { retired: [] };
    expect(retired.length).toBeGreaterThan(0);
    expect(retired.map(({ state }) => state)).not.toContain('pending');
    return retired;
  });
}

/** A function of its own: what a test has in hand while it waits would be held by it. */
async function useEverything({ host, http, sockets, scheduler }: TestHost): Promise<void> {
  expect(await http.request('demo', 'GET', '/hello')).toBe(1000);
  await http.request('demo', 'GET', '/fail').catch(() => undefined);
  host.emit('happened');
  sockets.deliver('ping', null, { id: 'c' });
  for (const job of scheduler.jobs()) job.tick(0);
}

async function failToReload({ host }: TestHost): Promise<string> {
  return host.reload('demo').then(
    () => 'no failure',
    ({ code }: { code: string }) => code,
  );
}

const body = `{
  big: Array.from({ length: 1000 }, (_, i) => ({ i })),
  onLoad(ctx) {
    ctx.registerRoute({ method: 'GET', url: '/hello', handler: () => this.big.length });
    ctx.registerRoute({ method: 'GET', url: '/fail', handler: () => { throw new Error('no'); } });
    ctx.registerMiddleware(() => {});
    ctx.on('happened', () => this.big);
    ctx.onWebSocketMessage('ping', () => this.big);
    ctx.scheduleTask('* * * * *', () => this.big);
  },
  onEnable() { this.timer = setInterval(() => this.big, 1000); },
}`;
const kinds: Readonly<Record<string, PluginFiles>> = {
  'ES modules': plugin('demo', `import './other.js'; export default ${body};`),
  CommonJS: {
    'plugin.json': manifestOf('demo', { backend: { entry: 'index.cjs' } }),
    'index.cjs': `module.exports = ${body};`,
  },
  TypeScript: {
    'plugin.json': manifestOf('demo', { backend: { entry: 'index.ts' } }),
    'index.ts': `interface Item { i: number }\nconst first: Item = { i: 1 };\nexport const one = first;\nexport default ${body};`,
  },
};
const files = (kind: string): PluginFiles => ({ ...kinds[kind], 'other.js': 'export const other = 1;' });

describe('a generation that was replaced', () => {
  it.each(Object.keys(kinds))('is collected: %s, after it was used in every way', async (kind) => {
    await using test = await createTestHost({ plugins: { demo: files(kind) } });
    for (let round = 0; round < 3; round += 1) {
      await useEverything(test);
      await test.host.reload('demo');
    }
    const retired = await verdict(test);
    expect(retired).toMatchObject([3, 2, 1].map((generation) => ({ generation, state: 'collected', heldBy: [] })));
    await test.expectNothingLeft();
  });

  it('is collected after a failed reload and a rollback', async () => {
    await using test = await createTestHost({ plugins: { demo: files('ES modules') } });
    await test.folder.write('demo', {
      'index.js': 'const big = []; throw Object.assign(new Error("broken"), { big });',
    });
    expect(await failToReload(test)).toBe('MODULE_FAILED');
    await test.folder.write('demo', { 'index.js': 'export default { onEnable() { throw new Error("not now"); } };' });
    expect(await failToReload(test)).toBe('HOOK_FAILED');
    await test.folder.write('demo', { 'index.js': 'export default {};' });
    await test.host.reload('demo');
    await test.host.rollback('demo');
    const retired = await verdict(test);
    expect(retired.map(({ state }) => state)).toEqual(['collected', 'collected', 'collected']);
    await test.expectNothingLeft();
  });

  it('is collected after its calls were cut, once they have ended', async () => {
    const probe = createProbe();
    await using test = await createTestHost({
      db: probe,
      plugins: { demo: plugin('demo', waiting) },
    });
    const answer = test.http.request('demo', 'GET', '/slow').catch(() => undefined);
    await eventually(() => expect(probe.waiting('request')).toBe(1));
    await test.host.reload('demo');
    test.clock.advance(60_000);
    await eventually(() => expect(test.host.inspect().generations).toBe(1));
    probe.release('request');
    await answer;
    expect(await verdict(test)).toMatchObject([{ state: 'collected' }]);
    await test.expectNothingLeft();
  });
});

const waiting =
  "export default { onLoad(ctx) { const { db } = ctx; ctx.registerRoute({ method: 'GET', url: '/slow', handler: async () => { await db.wait('request'); return ctx.manifest.name; } }); } };";

describe('a generation that something still holds', () => {
  it('is pending until garbage collections have told', async () => {
    await using test = await createTestHost({ plugins: { demo: files('ES modules') } });
    await test.host.reload('demo');
    await eventually(() => expect(test.host.get('demo')?.retired).toHaveLength(1));
    test.clock.advance(5_000);
    expect(test.host.get('demo')?.retired[0]).toMatchObject({
      generation: 1,
      version: '1.0.0',
      state: expect.stringMatching(/pending|collected/),
    });
    await verdict(test);
  });

  it('is held by a global variable, and says so and for how long', async () => {
    const code = 'export default { onLoad() { globalThis.leakedByDemo = this; } };';
    await using test = await createTestHost({ plugins: { demo: plugin('demo', code) } });
    try {
      await test.folder.write('demo', { 'index.js': 'export default {};' });
      await test.host.reload('demo');
      await eventually(() => expect(test.host.get('demo')?.retired).toHaveLength(1));
      test.clock.advance(5_000);
      expect(await verdict(test)).toMatchObject([
        { generation: 1, state: 'held', heldForMs: 5_000, heldBy: ["global variable 'leakedByDemo'"] },
      ]);
    } finally {
      Reflect.deleteProperty(globalThis, 'leakedByDemo');
    }
    expect(await verdict(test)).toMatchObject([{ state: expect.stringMatching(/held|collected/) }]);
    await eventually(async () => {
      await new Promise(setImmediate);
      collectGarbage();
      expect(test.host.get('demo')?.retired).toMatchObject([{ state: 'collected', heldForMs: 0, heldBy: [] }]);
    });
  });

  it('is held by a handler that never ends', async () => {
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { demo: plugin('demo', waiting) } });
    void test.http.request('demo', 'GET', '/slow').catch(() => undefined);
    await eventually(() => expect(probe.waiting('request')).toBe(1));
    await test.host.reload('demo');
    test.clock.advance(60_000);
    await eventually(() => expect(test.host.get('demo')?.retired).toHaveLength(1));
    expect(await verdict(test)).toMatchObject([{ state: 'held', heldBy: ['call GET /slow, which was cut'] }]);
    probe.release('request');
    await test.expectNothingLeft();
  });

  it('is held by what nobody knows: an interval in a package, when only the own code is tracked', async () => {
    const code = "import dep from 'dep'; export default { onLoad(ctx) { ctx.db.kept.timer = dep.poll(() => this); } };";
    const probe = createProbe();
    await using test = await createTestHost({ db: probe, plugins: { demo: withPackage(code) } });
    await test.host.reload('demo');
    await eventually(() => expect(test.host.get('demo')?.retired).toHaveLength(1));
    const timer = probe.kept['timer'];
    const [first] = await verdict(test);
    expect(first).toMatchObject({ generation: 1, state: 'held' });
    expect(first?.heldBy).toEqual([expect.stringContaining('unknown: take a heap snapshot')]);
    clearInterval(timer as NodeJS.Timeout);
  });

  it('is free when everything is tracked: the interval in the package was closed and named', async () => {
    const code = "import dep from 'dep'; export default { onLoad() { dep.poll(() => this); } };";
    await using test = await createTestHost({ trackResources: 'everything', plugins: { demo: withPackage(code) } });
    await test.host.reload('demo');
    await eventually(() => expect(test.host.get('demo')?.retired).toHaveLength(1));
    expect(test.host.get('demo')?.leftBehind).toMatchObject([
      { generation: 1, count: 1, resources: [{ label: 'timer at index.js:1', count: 1, closed: true }] },
    ]);
    expect(await verdict(test)).toMatchObject([{ state: 'collected' }]);
    await test.expectNothingLeft();
  });

  it('is remembered with nine others, the latest first', async () => {
    await using test = await createTestHost({ plugins: { demo: files('ES modules') } });
    for (let round = 0; round < 12; round += 1) await test.host.reload('demo');
    await eventually(() => expect(test.host.get('demo')?.retired[0]?.generation).toBe(12));
    expect(test.host.get('demo')?.retired.map(({ generation }) => generation)).toEqual([
      12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
    ]);
  });
});

function withPackage(code: string): PluginFiles {
  return {
    ...plugin('demo', code),
    'node_modules/dep/package.json': { name: 'dep', main: 'index.js' },
    'node_modules/dep/index.js': 'exports.poll = (hit) => setInterval(hit, 5);',
  };
}
