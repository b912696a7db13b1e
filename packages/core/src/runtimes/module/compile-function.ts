import vm from 'node:vm';

/** A compiled function body; what it is called with depends on its parameters. */
export type CompiledFunction = (this: unknown, ...args: unknown[]) => unknown;

interface CompileOptions {
  readonly parameters: readonly string[];
  readonly filename: string;
  /** Added to all line numbers; -1 for code with a line before the author's first. */
  readonly lineOffset?: number;
}

/** Compiles a function body so that it is collected with its last user, and so that `import()` in it is Node's. */
export function compileFunction(
  code: string,
  { parameters, filename, lineOffset = 0 }: CompileOptions,
): CompiledFunction {
  // Not vm.Script: V8's compilation cache keeps scripts for good.
  return vm.compileFunction(code, parameters, {
    filename,
    lineOffset,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as CompiledFunction;
}

/** Whether the code parses as a function body. */
export function compiles(code: string, parameters: readonly string[]): boolean {
  try {
    vm.compileFunction(code, parameters);
    return true;
  } catch {
    return false;
  }
}
