import { on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPluginsFolder, manifestOf } from '@catalyst-plugins/core/testing';
import { expect, it } from 'vitest';
import { copyEmbeddedTemplate } from './support/databases.ts';
import { kill9, runTypescript } from './support/run-typescript.ts';

const kills = 5;

/** What a plugin found when its host came up. */
interface Found {
  readonly revision: number;
  readonly revisions: number;
  readonly round: number;
  readonly token: string;
  readonly documents: readonly number[];
  readonly counted: number;
  readonly keys: readonly string[];
}

interface Report {
  readonly found?: Found;
  readonly acknowledged?: number;
}

const manifest = manifestOf('written', { config: { round: 0, token: { type: 'password', default: 'secret 0' } } });
const entry = `export default { onEnable(ctx) { ctx.emit('context', { ctx }); }, onConfigChange() {} };`;

/** Lets a host write until it has reported some rounds, and kills it somewhere in the next one. */
async function writeAndKill(...folders: string[]): Promise<{ found: Found | undefined; acknowledged: number[] }> {
  const child = runTypescript('./host-until-killed.ts', ...folders);
  const ended = new AbortController();
  child.on('exit', () => ended.abort());
  const acknowledged: number[] = [];
  let found: Found | undefined;
  for await (const [report] of on(child, 'message', { signal: ended.signal }) as AsyncIterable<[Report]>) {
    found ??= report.found;
    if (report.acknowledged !== undefined) acknowledged.push(report.acknowledged);
    if (acknowledged.length >= 8) break;
  }
  await sleep(Math.random() * 10);
  await kill9(child);
  return { found, acknowledged };
}

it(`a host that is killed ${kills} times while settings and documents are saved comes up with all that was acknowledged`, async () => {
  const directory = await copyEmbeddedTemplate();
  const folder = await createPluginsFolder({ written: { 'plugin.json': manifest, 'index.js': entry } });
  try {
    const promised: number[] = [];
    for (let round = 0; round <= kills; round += 1) {
      const { found, acknowledged } = await writeAndKill(directory.value, folder.directory);
      if (found === undefined) throw new Error('the host did not come up');
      expect(found.revision).toBeGreaterThanOrEqual(promised.at(-1) ?? 0);
      expect([found.round, found.revisions]).toEqual([found.revision, found.revision]);
      expect(found.token).toBe(`secret ${found.revision}`);
      expect(found.documents).toEqual(expect.arrayContaining(promised));
      expect(found.keys).toEqual(expect.arrayContaining(promised.map((number) => `round-${number}`)));
      // one round may have been cut for each kill
      expect(found.counted).toBeGreaterThanOrEqual(promised.length);
      expect(found.counted).toBeLessThanOrEqual(promised.length + round * 10);
      promised.push(...acknowledged);
    }
    expect(promised.length).toBeGreaterThanOrEqual(8 * kills);
  } finally {
    await directory.dispose();
    await folder[Symbol.asyncDispose]();
  }
}, 120_000);
