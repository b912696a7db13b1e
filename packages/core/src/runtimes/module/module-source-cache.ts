import { createHash } from 'node:crypto';
import { ModuleSource, type SourceText } from './module-source.ts';
import type { SourcePosition } from './module-error.ts';
import type { PositionFinder } from './stack-trace-mapping.ts';
import { mapStackTraces } from './stack-trace-mapping.ts';
import type { Transformer } from './transformer.ts';

interface CachedSource {
  readonly source: ModuleSource;
  users: number;
}

/**
 * The sources that live generations use, so that a reload transforms and compiles only what changed.
 * Counts users: with the last generation that contains a source, the source and its part in stack traces go.
 */
export class ModuleSourceCache implements PositionFinder {
  readonly #byPath = new Map<string, CachedSource[]>();
  readonly #byScriptName = new Map<string, ModuleSource>();
  #unmapStackTraces: (() => void) | undefined;

  /** Gives the source of a text; every call is to be followed by one `release`. */
  acquire(transformer: Transformer, text: SourceText): ModuleSource {
    const variants = this.#byPath.get(text.path) ?? [];
    const known = variants.find(({ source }) => source.text === text.text && source.packageType === text.packageType);
    if (known !== undefined) {
      known.users += 1;
      return known.source;
    }
    const source = new ModuleSource(transformer, text, scriptNameOf(text));
    this.#byPath.set(text.path, [{ source, users: 1 }, ...variants]);
    if (source.scriptName !== source.path) this.#byScriptName.set(source.scriptName, source);
    if (this.#byScriptName.size > 0) this.#unmapStackTraces ??= mapStackTraces(this);
    return source;
  }

  release(source: ModuleSource): void {
    const variants = this.#byPath.get(source.path) ?? [];
    const cached = variants.find((variant) => variant.source === source);
    if (cached === undefined) return;
    cached.users -= 1;
    if (cached.users > 0) return;
    const rest = variants.filter((variant) => variant !== cached);
    if (rest.length === 0) this.#byPath.delete(source.path);
    else this.#byPath.set(source.path, rest);
    if (this.#byScriptName.get(source.scriptName) === source) this.#byScriptName.delete(source.scriptName);
    if (this.#byScriptName.size > 0) return;
    this.#unmapStackTraces?.();
    this.#unmapStackTraces = undefined;
  }

  knows(scriptName: string): boolean {
    return this.#byScriptName.has(scriptName);
  }

  find(scriptName: string, line: number, column: number): SourcePosition | undefined {
    return this.#byScriptName.get(scriptName)?.originalPosition(line, column);
  }
}

/** The same for the same text in every host of the process, so that hosts never map each other's positions wrongly. */
function scriptNameOf({ path, text, packageType }: SourceText): string {
  const digest = createHash('sha1')
    .update(packageType ?? '')
    .update('\0')
    .update(text)
    .digest('hex');
  return `${path}?${digest.slice(0, 12)}`;
}
