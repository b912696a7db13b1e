import semver from 'semver';
import { expect, it } from 'vitest';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually } from './support/probe.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** The same numbers for the same seed (mulberry32), so that a failure can be repeated. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A plugin with random needs, few of which may close circles; one in eight fails. */
function randomPlugin(name: string, random: (below: number) => number): PluginFiles {
  const chosen = names.filter((other) => other !== name && random(other > name ? 3 : 20) === 0);
  const dependencies = Object.fromEntries(chosen.map((other) => [other, random(6) === 0 ? '^2.0.0' : '>=1.0.0']));
  const version = random(3) === 0 ? '2.0.0' : '1.0.0';
  const code = random(8) === 0 ? `export default { onLoad() { throw new Error('no'); } };` : 'export default {};';
  return plugin(name, code, { version, dependencies });
}

async function commandAtRandom({ host, folder }: TestHost, random: (below: number) => number): Promise<void> {
  const name = names[random(names.length)] ?? 'a';
  const commands = [
    () => host.enable(name),
    () => host.disable(name),
    () => host.disable(name, { cascade: true }),
    () => host.reload(name, { cascade: random(2) === 0 }),
    async () => {
      await folder.write(name, randomPlugin(name, random));
      await host.reload(name, { cascade: random(2) === 0 });
    },
    async () => {
      await folder.remove(name);
      await host.rescan();
    },
    async () => {
      await folder.write(name, randomPlugin(name, random));
      await host.rescan();
    },
  ];
  // that a command is refused is part of the game
  await commands[random(commands.length)]?.().catch(() => undefined);
}

interface Unsettled {
  readonly [plugin: string]: string;
}

/** Plugins that are up and lack something, and plugins that are kept down without lacking anything. */
function unsettled({ host }: TestHost): Unsettled {
  const { nodes, edges, cycles } = host.graph();
  const circular = new Set(cycles.flat());
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return Object.fromEntries(
    nodes.flatMap(({ name, state }): [string, string][] => {
      const lacks = edges.filter(({ from, to, range }) => {
        const other = byName.get(to);
        return from === name && !(other?.state === 'active' && semver.satisfies(other.version ?? '', range));
      });
      if (state === 'active' && lacks.length > 0) return [[name, `is up without ${lacks[0]?.to}`]];
      if (state === 'blocked' && lacks.length === 0 && !circular.has(name)) return [[name, 'is down without a reason']];
      if (state !== null && !['active', 'blocked', 'disabled', 'failed'].includes(state)) return [[name, state]];
      return [];
    }),
  );
}

it.each([1, 2, 3, 4, 5, 6])(
  'no plugin is up without what it needs, nor down with it, after any commands at once (seed %i)',
  async (seed) => {
    const random = randomNumbers(seed);
    await using test = await createTestHost({
      db: createProbe(),
      plugins: Object.fromEntries(names.map((name) => [name, randomPlugin(name, random)])),
    });
    await eventually(() => expect(unsettled(test)).toEqual({}));
    for (let round = 0; round < 25; round += 1) {
      const commands = Array.from({ length: 1 + random(4) }, () => commandAtRandom(test, random));
      await Promise.all(commands);
      await eventually(() => expect(unsettled(test), `round ${round}`).toEqual({}));
    }
    await test.expectNothingLeft();
  },
);
