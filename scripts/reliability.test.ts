import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const reliability = fileURLToPath(new URL('../reliability/', import.meta.url));
const program = path.join(reliability, 'reliability.mjs');

interface Case {
  readonly what: string;
  readonly figure: string;
  readonly held: boolean;
  readonly problems?: readonly string[];
}

interface Section {
  readonly name: string;
  readonly title: string;
  settings(asked: object): object;
  measure(settings: object, progress: (what: string) => void): Promise<readonly Case[]>;
  failures(cases: readonly Case[]): readonly string[];
}

interface DocumentModule {
  writeDocument(file: string, command: object, machine: object, measured: Map<string, object>): Promise<void>;
}

async function readSections(): Promise<readonly Section[]> {
  return ((await import(path.join(reliability, 'sections.mjs'))) as { sections: readonly Section[] }).sections;
}

test('the help of the reliability suite names every section', async () => {
  const { code, output } = await runCommand(program, '--help');
  expect(code).toBe(0);
  for (const { name, title } of await readSections())
    expect(output).toMatch(new RegExp(`^ {2}${name} +${title}$`, 'm'));
});

test('what the reliability suite does not know ends it before anything is tried', async () => {
  expect(await runCommand(program, 'kill')).toMatchObject({
    code: 2,
    output: '',
    errors: expect.stringContaining('there is no section "kill"; there are load, faults,'),
  });
  expect(await runCommand(program, 'soak', '--minutes', 'ten')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('--minutes: "ten" is not a whole number'),
  });
});

test('figures of several versions of Node that one run took stand under a heading of each', async () => {
  const faults = (await readSections()).find(({ name }) => name === 'faults');
  const { writeDocument } = (await import(path.join(reliability, '../bench/shared/document.mjs'))) as DocumentModule;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reliability-document-'));
  try {
    const file = path.join(folder, 'reliability.md');
    const command = { command: 'x', sections: [faults], documentStart: () => '# X\n', documentEnd: '## The end\n' };
    const machine = { node: 'v20.1.0', cores: 2, cpu: 'made up', system: 'linux x64', load: 0 };
    const found = { what: 'Loops', bound: '1', held: true, shownBy: 'x' };
    const results = [
      { ...found, figure: 'own figure' },
      { ...found, figure: 'another figure', node: 'v26.2.0' },
    ];
    await writeDocument(file, command, machine, new Map([['faults', { settings: {}, results }]]));
    const [, own = '', other = ''] = (await readFile(file, 'utf8')).split(/^### Node /m);
    expect(own).toMatch(/^20\n\nv20\.1\.0, [^]*\| Loops +\| own figure /);
    expect(other).toMatch(/^26\n\nv26\.2\.0, [^]*\| Loops +\| another figure /);
    expect(own).not.toContain('another figure');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a host that is killed six times at random points comes back with all that it had acknowledged', async () => {
  const kills = (await readSections()).find(({ name }) => name === 'kills');
  if (kills === undefined) throw new Error('there is no such section');
  const { fromSources } = (await import(path.join(reliability, 'shared/host-program.mjs'))) as {
    fromSources: readonly string[];
  };
  const settings = { ...kills.settings({ kills: 6 }), databaseUrl: undefined, acts: 60, execArgv: fromSources };
  const cases = await kills.measure(settings, () => {});
  const [consistent, acknowledged] = cases;
  expect({ ...consistent }).toMatchObject({ figure: '6 of 6', held: true, problems: [] });
  expect(acknowledged?.held).toBe(true);
}, 900_000);
