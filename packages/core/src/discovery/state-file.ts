import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { describeError } from '../errors/describe-error.ts';
import { isJsonObject } from '../manifest/json-object.ts';
import type { Logger } from '../ports/logger.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

export interface StateFileOptions {
  readonly file: string;
  readonly logger: Logger;
  /** What is lost while the file cannot be written, in words for the log. */
  readonly purpose: string;
}

/**
 * JSON in a file that only its owner may read. It is written under another name and renamed, so that nobody ever reads
 * half of it. A file that cannot be read or written stops nothing: that is logged once, until it works again.
 */
export class StateFile {
  readonly #options: StateFileOptions;
  #isWarned = false;

  constructor(options: StateFileOptions) {
    this.#options = options;
  }

  /** What was written last; `undefined` where there is nothing, or nothing that could be made out. */
  read(): JsonObject | undefined {
    const { file, logger, purpose } = this.#options;
    try {
      const state = JSON.parse(readFileSync(file, 'utf8')) as Json;
      if (isJsonObject(state)) return state;
      throw new Error('it holds no object');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      logger.warn({ file, err: error }, `${purpose}: the file could not be read: ${describeError(error)}`);
      return undefined;
    }
  }

  /** Writes before it returns: what a process that ends in the next moment has to leave behind. */
  writeNow(state: JsonObject): void {
    const { file } = this.#options;
    const draft = draftOf(file);
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(draft, JSON.stringify(state), { mode: 0o600 });
      renameSync(draft, file);
      this.#isWarned = false;
    } catch (error) {
      rmSync(draft, { force: true });
      this.#warn(error);
    }
  }

  /** Writes so that it is there after a power cut too; resolves to whether that worked. */
  async write(state: JsonObject): Promise<boolean> {
    const { file } = this.#options;
    const draft = draftOf(file);
    try {
      await mkdir(path.dirname(file), { recursive: true });
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(JSON.stringify(state));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
      this.#isWarned = false;
      return true;
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      this.#warn(error);
      return false;
    }
  }

  /** Removes the file before it returns, for a state that there is nothing to say of. */
  removeNow(): void {
    try {
      rmSync(this.#options.file, { force: true });
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    if (this.#isWarned) return;
    this.#isWarned = true;
    const { file, logger, purpose } = this.#options;
    logger.warn({ file, err: error }, `${purpose}: the file could not be written: ${describeError(error)}`);
  }
}

function draftOf(file: string): string {
  return `${file}.${randomUUID()}`;
}
