import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeError } from '../../errors/describe-error.ts';
import { isPluginError, PluginError } from '../../errors/plugin-error.ts';
import type { Release } from '../../manifest/release.ts';
import { ModuleError, type SourcePosition } from './module-error.ts';

/**
 * Makes one error of whatever kept the code of a plugin from loading. Its message begins with file, line and column
 * inside the plugin folder and shows the code.
 */
export function moduleFailure(release: Release, thrown: unknown, failedFile: string | undefined): PluginError {
  if (isPluginError(thrown) && thrown.code.startsWith('ENTRY_')) return thrown;
  readStacks(thrown);
  const position = positionOf(release, thrown);
  const what = `${describeThrown(release, thrown)} (plugin "${release.plugin}")`;
  const message = position === undefined ? withFile(release, failedFile, what) : withPosition(release, position, what);
  return new PluginError('MODULE_FAILED', message, { plugin: release.plugin, hint: hintFor(thrown), cause: thrown });
}

function withFile(release: Release, file: string | undefined, what: string): string {
  return file === undefined ? what : `${relativePath(release, file)} ${what}`;
}

function withPosition(release: Release, position: SourcePosition, what: string): string {
  const text = release.sources.get(position.path);
  const frame = text === undefined ? '' : `\n\n${codeFrame(text, position)}`;
  return `${relativePath(release, position.path)}:${position.line}:${position.column} ${what}${frame}`;
}

/** Three lines of code with a mark under the position. */
function codeFrame(text: string, { line, column }: SourcePosition): string {
  const lines = text.split('\n');
  const width = String(line + 1).length;
  // Long lines, as minifiers write them, are shown around the position.
  const start = Math.max(0, column - 100);
  const shown = (row: number): string => (lines[row - 1] ?? '').trimEnd().slice(start, start + 160);
  const rows: string[] = [];
  for (let row = Math.max(1, line - 1); row <= Math.min(lines.length, line + 1); row += 1) {
    rows.push(`${row === line ? '>' : ' '} ${String(row).padStart(width)} | ${shown(row)}`.trimEnd());
    if (row !== line) continue;
    const indent = shown(row)
      .slice(0, column - 1 - start)
      .replaceAll(/[^\t]/g, ' ');
    rows.push(`  ${' '.repeat(width)} | ${indent}^`);
  }
  return rows.join('\n');
}

function relativePath(release: Release, file: string): string {
  return path.relative(release.directory, file).replaceAll(path.sep, '/');
}

function describeThrown(release: Release, thrown: unknown): string {
  const message = describeError(thrown).replaceAll(release.directory + path.sep, '');
  if (thrown instanceof Error) return message;
  return `threw ${message}`;
}

function hintFor(thrown: unknown): string | undefined {
  if (!(thrown instanceof ReferenceError)) return undefined;
  const [, name] = /^(require|module|exports|__dirname|__filename) is not defined/.exec(thrown.message) ?? [];
  if (name === undefined) return undefined;
  return `The file is an ES module, which has no "${name}"; use import and export, or name the file .cjs.`;
}

/** V8 writes a stack at its first reading; later the positions of this generation are not known any more. */
function readStacks(thrown: unknown): void {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 10; error = error.cause, depth += 1)
    void error.stack;
}

function positionOf(release: Release, thrown: unknown): SourcePosition | undefined {
  if (thrown instanceof ModuleError && thrown.position !== undefined) return thrown.position;
  if (!(thrown instanceof Error) || typeof thrown.stack !== 'string') return undefined;
  for (const line of thrown.stack.split('\n')) {
    const [, place, row, column] = /(?:\(|\bat (?:async )?)([^()]+):(\d+):(\d+)\)?$/.exec(line) ?? [];
    if (place === undefined) continue;
    const file = place.startsWith('file:') ? fileURLToPath(place) : place;
    if (release.sources.has(file)) return { path: file, line: Number(row), column: Number(column) };
  }
  return undefined;
}
