import type { Clock } from '../ports/clock.ts';
import type { PluginLogBatch } from '../protocol/plugin-log.ts';
import { readLine, type KeptLine } from './kept-line.ts';
import { LineRing } from './line-ring.ts';

/** How long lines are gathered before a reader gets them, in milliseconds. */
const gatheredMs = 250;
/** What one reader may have waiting. */
const waiting = { lines: 1_000, bytes: 1024 * 1024 };

export interface LogTailOptions {
  readonly clock: Clock;
  readonly listener: (batch: PluginLogBatch) => void;
  /** Hears what the listener throws. */
  readonly onFailure: (error: unknown) => void;
}

/** Passes lines on to one reader, a few times a second; what comes too fast is counted instead. */
export class LogTail {
  readonly #options: LogTailOptions;
  readonly #waiting = new LineRing<KeptLine>(waiting);
  #cancel: (() => void) | undefined;

  constructor(options: LogTailOptions) {
    this.#options = options;
  }

  add(line: KeptLine): void {
    this.#waiting.add(line);
    this.#cancel ??= this.#options.clock.after(gatheredMs, () => this.#passOn());
  }

  /** Passes nothing on any more. */
  end(): void {
    this.#cancel?.();
    this.#waiting.take();
  }

  #passOn(): void {
    this.#cancel = undefined;
    const { entries, dropped } = this.#waiting.take();
    try {
      this.#options.listener({ lines: entries.map(readLine), dropped });
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}
