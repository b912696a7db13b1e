import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const source = path.join(root, 'src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(?<!\.test)\.tsx?$/.test(file),
);

describe('the package', () => {
  it('marks what uses hooks as client code, and keeps the mark in the emitted JavaScript', () => {
    const marked = files.filter((file) => emitted(file).startsWith(`'use client';`));
    const withHooks = files.filter((file) => /from 'react'|from 'zustand\/react|\buse[A-Z]\w+\(/.test(emitted(file)));
    expect(withHooks.length).toBeGreaterThan(4);
    expect(withHooks.filter((file) => !marked.includes(file))).toEqual([]);
    // and what has none stays usable on servers, but for the panel and the parts of forms, which are for browsers
    const entries = ['index.ts', 'admin/index.ts'];
    const others = marked.filter((file) => !withHooks.includes(file) && !/^(?:admin|form)\/.*/.test(file));
    expect(others).toEqual(['index.ts']);
    expect(entries.filter((file) => !marked.includes(file))).toEqual([]);
  });

  it('brings nothing of the plugin host into a browser, and no React into tools', () => {
    const everything = importsOf('index.ts', new Set());
    expect(packagesIn(everything)).toEqual([
      'react',
      'react-dom',
      'react/jsx-runtime',
      'zustand/react',
      'zustand/react/shallow',
      'zustand/vanilla',
    ]);
    expect(packagesIn(importsOf('client/index.ts', new Set()))).toEqual([]);
  });

  it('is published as one module for each of its sources, client code marked, and nothing of others with them', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
    const [{ files: published }] = JSON.parse(packed.toString('utf8')) as [{ files: readonly { path: string }[] }];
    const modules = published.map((file) => file.path).filter((file) => /\.[cm]?js$/.test(file));
    expect(modules.toSorted()).toEqual(files.map((file) => `dist/${file.replace(/\.tsx?$/, '.js')}`).toSorted());
    expect(published.filter((file) => file.path.includes('node_modules'))).toEqual([]);
    const isMarked = (text: string): boolean => text.startsWith(`'use client';`);
    for (const file of files) {
      const built = readFileSync(path.join(root, 'dist', file.replace(/\.tsx?$/, '.js')), 'utf8');
      expect([file, isMarked(built)]).toEqual([file, isMarked(emitted(file))]);
    }
  });

  it('has examples in its README that compile', { timeout: 60_000 }, () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/^```(tsx?)\n(.*?)^```$/gms)].map(([, kind = '', code = ''], index) => ({
      file: path.join(root, `readme-${index}.${kind}`),
      code,
    }));
    expect(examples).toHaveLength(4);
    expect(problemsIn(new Map(examples.map(({ file, code }) => [file, code])))).toEqual([]);
    expect(
      problemsIn(
        new Map([[path.join(root, 'wrong.ts'), "import { usePlugin } from '@catalyst-plugins/react'; usePlugin(5);"]]),
      ),
    ).toHaveLength(1);
  });
});

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

function emitted(file: string): string {
  const text = readFileSync(path.join(source, file), 'utf8');
  // a single file is transpiled without its package.json, which says that it is an ES module
  const module = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
  return ts.transpileModule(text, { fileName: file, compilerOptions: { ...compilerOptions(), ...module } }).outputText;
}

function importsOf(file: string, seen: Set<string>): Set<string> {
  const imports = [...emitted(file).matchAll(/(?:from|import) ["']([^"']+)["']/g)].map(
    ([, specifier = '']) => specifier,
  );
  for (const specifier of imports) {
    if (seen.has(specifier)) continue;
    const target = specifier.startsWith('.') ? path.join(path.dirname(file), specifier) : specifier;
    if (seen.has(target)) continue;
    seen.add(target);
    if (specifier.startsWith('.')) importsOf(sourceOf(target), seen);
  }
  return seen;
}

/** The source of a file that the emitted JavaScript imports. */
function sourceOf(target: string): string {
  const found = files.find((file) => file.replace(/\.tsx?$/, '.js') === target.replace(/\.tsx?$/, '.js'));
  if (found === undefined) throw new Error(`${target} has no source`);
  return found;
}

function packagesIn(imports: ReadonlySet<string>): string[] {
  return [...imports]
    .filter(
      (specifier) => !files.some((file) => file.replace(/\.tsx?$/, '') === specifier.replace(/\.(?:js|tsx?)$/, '')),
    )
    .toSorted();
}

function problemsIn(sources: ReadonlyMap<string, string>): string[] {
  const { tsBuildInfoFile: _, ...configured } = compilerOptions();
  const options = {
    ...configured,
    rootDir: path.join(root, '..', '..'),
    types: ['node'],
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => sources.has(file) || disk.fileExists(file),
    readFile: (file) => sources.get(file) ?? disk.readFile(file),
    getSourceFile: (file, target, ...rest) => {
      const text = sources.get(file);
      return text === undefined ? disk.getSourceFile(file, target, ...rest) : ts.createSourceFile(file, text, target);
    },
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
