import { readFile } from 'node:fs/promises';
import ts from 'typescript';
import { expect, it } from 'vitest';

it('the thread that watches the event loop refers to nothing outside of itself, also when it is compiled', async () => {
  const file = new URL('../src/runtimes/stall-watch/stall-thread.ts', import.meta.url);
  const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(await readFile(file, 'utf8'), { compilerOptions: options });
  const [before, after] = outputText.split(/^export class StallThread \{$[^]*^\}$/m);
  expect(before).not.toMatch(/^(var|let|const|import) /m);
  expect(after?.trim()).toBe('');
});
