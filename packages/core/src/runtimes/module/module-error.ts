/** A place in a source file as its author wrote it; line and column from 1. */
export interface SourcePosition {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

interface ModuleErrorOptions {
  /** Node's code for the same failure, so that plugins can tell it as they are used to. */
  readonly code?: string | undefined;
  readonly position?: SourcePosition | undefined;
  readonly name?: 'Error' | 'SyntaxError' | undefined;
  readonly cause?: unknown;
}

/** A module that cannot be parsed, found or linked; plugin code sees it when an `import()` or `require` of its own fails. */
export class ModuleError extends Error {
  readonly code: string | undefined;
  readonly position: SourcePosition | undefined;

  constructor(message: string, options: ModuleErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = options.name ?? 'Error';
    this.code = options.code;
    this.position = options.position;
  }
}

/** Line and column of an index into a text. */
export function positionAt(path: string, text: string, index: number): SourcePosition {
  const before = text.slice(0, Math.max(0, index));
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1;
  return { path, line, column: before.length - lineStart + 1 };
}

/** Where a file names a specifier; undefined when the specifier is computed. */
export function positionOfSpecifier(path: string, text: string, specifier: string): SourcePosition | undefined {
  for (const quote of ["'", '"', '`']) {
    const index = text.indexOf(quote + specifier + quote);
    if (index !== -1) return positionAt(path, text, index);
  }
  return undefined;
}
