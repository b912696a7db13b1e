import { on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { copyEmbeddedTemplate } from './support/databases.ts';
import { kill9, runTypescript } from './support/run-typescript.ts';

const kills = 8;

/** What a process found in the database when it opened it. */
interface Found {
  readonly rounds: number;
  readonly config: { readonly round?: number };
  readonly entries: number;
  readonly keys: readonly string[];
}

interface Report {
  readonly found?: Found;
  readonly acknowledged?: number;
}

/** Lets a process write until it has reported some rounds, and kills it somewhere in the next one. */
async function writeAndKill(directory: string): Promise<{ found: Found | undefined; acknowledged: number[] }> {
  const child = runTypescript('./write-until-killed.ts', directory);
  const ended = new AbortController();
  child.on('exit', () => ended.abort());
  const enough = 2 + Math.floor(Math.random() * 20);
  const acknowledged: number[] = [];
  let found: Found | undefined;
  for await (const [report] of on(child, 'message', { signal: ended.signal }) as AsyncIterable<[Report]>) {
    found ??= report.found;
    if (report.acknowledged !== undefined) acknowledged.push(report.acknowledged);
    if (acknowledged.length >= enough) break;
  }
  await sleep(Math.random() * 10);
  await kill9(child);
  return { found, acknowledged };
}

it(`${kills} kill -9 in the middle of writing lose no acknowledged write and tear no transaction`, async () => {
  const directory = await copyEmbeddedTemplate();
  try {
    const promised: number[] = [];
    for (let round = 0; round <= kills; round += 1) {
      const { found, acknowledged } = await writeAndKill(directory.value);
      expect(found?.rounds).toBeGreaterThanOrEqual(promised.at(-1) ?? 0);
      expect(found?.keys).toEqual(expect.arrayContaining(promised.map((number) => `round-${number}`)));
      // A change and its audit entry are one transaction.
      expect(found?.config.round ?? 0).toBe(found?.rounds);
      expect(found?.entries).toBe(found?.rounds);
      promised.push(...acknowledged);
    }
    expect(promised.length).toBeGreaterThan(2 * kills);
  } finally {
    await directory.dispose();
  }
}, 300_000);
