import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const bench = fileURLToPath(new URL('../bench/', import.meta.url));
const runBench = (...args: string[]): ReturnType<typeof runCommand> =>
  runCommand(path.join(bench, 'bench.mjs'), ...args);

interface Section {
  readonly name: string;
  readonly title: string;
}

interface DocumentModule {
  writeDocument(file: string, command: object, machine: object, measured: Map<string, object>): Promise<void>;
}

test('the help of the benchmarks names every section', async () => {
  const { sections } = (await import(path.join(bench, 'sections.mjs'))) as { sections: readonly Section[] };
  const { code, output } = await runBench('--help');
  expect(code).toBe(0);
  expect(sections.length).toBeGreaterThan(5);
  for (const { name, title } of sections) expect(output).toMatch(new RegExp(`^ {2}${name} +${title}$`, 'm'));
});

test('what the benchmarks do not know ends them before anything is measured', async () => {
  expect(await runBench('relaod')).toMatchObject({
    code: 2,
    output: '',
    errors: expect.stringContaining('there is no section "relaod"; there are dispatch, profile,'),
  });
  expect(await runBench('--rounds', 'many')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('"many" is not'),
  });
  expect(await runBench('--fast')).toMatchObject({ code: 2, errors: expect.stringContaining('--fast') });
});

test('new figures replace those of the same section and the same version of Node, and no others', async () => {
  const { writeDocument } = (await import(path.join(bench, 'shared/document.mjs'))) as DocumentModule;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-document-'));
  const file = path.join(folder, 'benchmarks.md');
  try {
    const sections = [madeUpSection('first'), madeUpSection('second')];
    const command = {
      command: 'npm run made-up',
      sections,
      documentStart: () => '# Made up\n',
      documentEnd: '## The end\n',
    };
    const write = (node: string, section: string, value: string): Promise<void> =>
      writeDocument(file, command, madeUpMachine(node), new Map([[section, { settings: {}, results: value }]]));
    await write('v24.1.0', 'first', 'old 24');
    await write('v20.1.0', 'first', 'kept 20');
    await write('v24.1.0', 'second', 'kept 24');
    await write('v24.2.0', 'first', 'new 24');
    const text = await readFile(file, 'utf8');
    const headings = text.match(/^##+ .*/gm) ?? [];
    expect(headings.slice(0, 5)).toEqual([
      '## The first',
      '### Node 20',
      '### Node 24',
      '## The second',
      '### Node 24',
    ]);
    const values = ['old 24', 'kept 20', 'kept 24', 'new 24'].filter((value) => text.includes(`| ${value} |`));
    expect(values).toEqual(['kept 20', 'kept 24', 'new 24']);
    await write('v24.2.0', 'first', 'new 24');
    expect(await readFile(file, 'utf8')).toBe(text);
  } finally {
    await rm(folder, { recursive: true });
  }
});

function madeUpSection(name: string): object {
  return {
    name,
    title: `The ${name}`,
    introduction: 'What is measured.',
    describe: () => '1 round',
    rows: (results: string) => [['Value'], [results]],
  };
}

function madeUpMachine(node: string): object {
  return { node, cores: 2, cpu: 'made up', system: 'linux x64', load: 0 };
}
