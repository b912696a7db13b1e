import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorCatalogue, type ErrorCode } from '../src/errors/error-catalogue.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const codes = Object.keys(errorCatalogue) as ErrorCode[];

interface Row {
  readonly code: string;
  readonly status: number;
  readonly fault: string;
  readonly when: string;
  readonly what: string;
}

async function documentedRows(): Promise<Row[]> {
  const text = await readFile(path.join(root, 'docs/reference/errors.md'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, code = '', status, fault = '', when = '', what = ''] = line.split('|').map((cell) => cell.trim());
      return { code: code.replaceAll('`', ''), status: Number(status), fault, when, what };
    });
}

/** The product's sources, the catalogue and tests left out. */
async function productSources(): Promise<string> {
  const packages = (await readdir(path.join(root, 'packages'))).map((name) => path.join(root, 'packages', name, 'src'));
  const folders = await Promise.all(
    [...packages, path.join(root, 'prisma/src')].map(async (folder) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    }),
  );
  const files = folders
    .flat()
    .filter((file) => /\.(?:ts|tsx|mjs)$/.test(file))
    .filter((file) => !/error-catalogue\.ts$|\.test\.tsx?$|\/testing\/|\/generated\//.test(file));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

describe('docs/reference/errors.md', () => {
  let rows: Row[];

  beforeAll(async () => {
    rows = await documentedRows();
  });

  it('has one row for every code, and none for a code that there is not', () => {
    expect(rows.map(({ code }) => code).toSorted()).toEqual(codes.toSorted());
  });

  it('says the status and the fault that the catalogue says, and when it happens and what to do', () => {
    for (const { code, status, fault, when, what } of rows) {
      const { status: expectedStatus, fault: expectedFault } = errorCatalogue[code as ErrorCode];
      expect({ code, status, fault }).toEqual({ code, status: expectedStatus, fault: expectedFault });
      expect(when, code).toMatch(/\.$/);
      expect(what, code).toMatch(/\.$/);
    }
  });
});

describe('the error catalogue', () => {
  it('holds no code that nothing throws', async () => {
    const sources = await productSources();
    // a comparison with the code is no use of it
    const used = (code: string): boolean => new RegExp(`(?<![!=]== )'${code}'`).test(sources);
    expect(codes.filter((code) => !used(code))).toEqual([]);
  });

  it.each(codes)('%s has a title, a hint that is a sentence, and a status that fits its fault', (code) => {
    const { title, hint, status, fault } = errorCatalogue[code];
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(hint).toMatch(/^[A-Z`].*\.$/s);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    if (fault === 'caller') expect(status).toBeLessThan(500);
  });
});
