import { describe, expect, it } from 'vitest';
import { ReleaseKeeper } from '../src/lifecycle/release-keeper.ts';
import { parseManifest } from '../src/manifest/parse-manifest.ts';
import type { Release } from '../src/manifest/release.ts';
import type { ReleaseArchive } from '../src/ports/release-archive.ts';
import { createManualClock, createMemoryLogger, type MemoryLogger } from '../src/testing/index.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

const at = new Date(Date.UTC(2026, 0, 1));

function release(version: string): Release {
  const { manifest } = parseManifest(JSON.stringify({ name: 'demo', version }), 'plugin.json');
  const sources = new Map<string, string>();
  const rest = { entry: undefined, problem: undefined, warnings: [] };
  return { plugin: 'demo', manifest, directory: '/demo', digest: version, sources, ...rest };
}

/** A keeper on an archive that takes as long as the test wants, and notes what it keeps. */
function setUp(keep?: () => Promise<boolean>): { keeper: ReleaseKeeper; probe: Probe; logger: MemoryLogger } {
  const probe = createProbe();
  const logger = createMemoryLogger();
  const archive: ReleaseArchive = {
    list: async () => [],
    open: async (_plugin, digest) => release(digest),
    async keep({ manifest }) {
      await probe.wait('copy');
      probe.note(manifest.version);
      return keep ? keep() : true;
    },
  };
  const keeper = new ReleaseKeeper({ archive, keptReleases: 2, clock: createManualClock(), logger });
  return { keeper, probe, logger };
}

describe('keeping releases', () => {
  it('waits until the host has started', async () => {
    const { keeper, probe } = setUp();
    const kept = keeper.keep(release('1.0.0'), at);
    await new Promise(setImmediate);
    expect(probe.waiting('copy')).toBe(0);
    keeper.begin();
    await eventually(() => expect(probe.waiting('copy')).toBe(1));
    probe.release('copy');
    expect(await kept).toBe(true);
  });

  it('leaves out the older ones of more releases than an archive holds, when they come faster than they are copied', async () => {
    const { keeper, probe } = setUp();
    keeper.begin();
    const kept = [keeper.keep(release('1.0.0'), at)];
    await eventually(() => expect(probe.waiting('copy')).toBe(1));
    for (const version of ['1.0.1', '1.0.2', '1.0.3', '1.0.4']) kept.push(keeper.keep(release(version), at));
    for (const count of [1, 2, 3]) {
      await eventually(() => expect(probe.waiting('copy')).toBe(1));
      probe.release('copy');
      await eventually(() => expect(probe.notes).toHaveLength(count));
    }
    expect(await Promise.all(kept)).toEqual([true, false, false, true, true]);
    expect(probe.notes).toEqual(['1.0.0', '1.0.3', '1.0.4']);
  });

  it('gives a release that is just being copied when its copy is there', async () => {
    const { keeper, probe } = setUp();
    void keeper.keep(release('1.0.0'), at);
    const opened = keeper.open('demo', '1.0.0').then(({ digest } = release('none')) => probe.note(`opened ${digest}`));
    await eventually(() => expect(probe.waiting('copy')).toBe(1));
    probe.release('copy');
    await opened;
    expect(probe.notes).toEqual(['1.0.0', 'opened 1.0.0']);
  });

  it('warns once of each kind of trouble, and goes on trying', async () => {
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const { keeper, probe, logger } = setUp(() => Promise.reject(full));
    keeper.begin();
    for (const version of ['1.0.0', '1.0.1']) {
      const kept = keeper.keep(release(version), at);
      await eventually(() => expect(probe.waiting('copy')).toBe(1));
      probe.release('copy');
      expect(await kept).toBe(false);
    }
    expect(probe.notes).toEqual(['1.0.0', '1.0.1']);
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn']);
  });
});
