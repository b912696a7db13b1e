import { fileURLToPath } from 'node:url';

/** One line of a stack: where a call was made. */
export interface TraceFrame {
  /** Path of the file, or Node's name of a part of itself (`node:internal/timers`); '' for code without a file. */
  readonly file: string;
  readonly line: number;
  /** The line as V8 writes it. */
  readonly text: string;
}

/** Where something was opened. Taking it is cheap; its text is made, and its positions traced back, when it is first read. */
export interface OpeningTrace {
  /** The nearest call first. */
  frames(): readonly TraceFrame[];
}

type AnyFunction = (...args: never[]) => unknown;

/** Remembers the stack above `opener`, `depth` calls of it. */
export function takeOpeningTrace(opener: AnyFunction, depth: number): OpeningTrace {
  const limit = Error.stackTraceLimit;
  // not an assignment: that throws where the intrinsics are frozen
  Reflect.set(Error, 'stackTraceLimit', depth);
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, opener);
  Reflect.set(Error, 'stackTraceLimit', limit);
  return { frames: () => framesOf(textOf(holder)) };
}

/** Making the text may run the `Error.prepareStackTrace` of anybody. */
function textOf(holder: { readonly stack?: unknown }): string {
  try {
    return String(holder.stack);
  } catch {
    return '';
  }
}

function framesOf(stack: string): TraceFrame[] {
  const lines = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return lines.map((text) => {
    const [, place = '', line = '0'] = /(?:\(|at (?:async )?)([^()]+?):(\d+):\d+\)?$/.exec(text) ?? [];
    return { file: pathOf(place), line: Number(line), text };
  });
}

function pathOf(place: string): string {
  if (!place.startsWith('file:')) return place;
  try {
    return fileURLToPath(place);
  } catch {
    return place;
  }
}
