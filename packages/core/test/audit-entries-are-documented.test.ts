import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { auditTypes } from '../src/ports/audit-types.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

async function sources(): Promise<string> {
  const folder = path.join(root, 'packages/core/src');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/\/testing\/|audit-types\.ts$/.test(file));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

describe('docs/guides/audit-log.md', () => {
  it('has a row for every type of entry, and for no other, in the words of the code', async () => {
    const text = await readFile(path.join(root, 'docs/guides/audit-log.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `((?:plugin|host):[\w-]+)` +\| (.*?) +\| (.*?) +\|$/gm)];
    expect(Object.fromEntries(rows.map(([, type, meaning]) => [type, meaning]))).toEqual(auditTypes);
    for (const [, type, , results = ''] of rows)
      for (const result of results.split(', ')) expect(['ok', 'failed', 'denied'], type).toContain(result);
  });
});

describe('the types of entries', () => {
  it('have none that nothing writes', async () => {
    const text = await sources();
    // commands that fail, and states that a crash leads to, are put together
    const commands = ['enable', 'disable', 'reload', 'rollback'].map((command) => `plugin:${command}-failed`);
    const crashed = ['plugin:retrying', 'plugin:quarantined'];
    const unused = Object.keys(auditTypes).filter((type) => !text.includes(`'${type}'`));
    expect(unused.filter((type) => ![...commands, ...crashed].includes(type))).toEqual([]);
    expect(text).toContain('`plugin:${during}-failed`');
  });
});
