import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describeError } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { SecretKeys } from '../ports/secret-keys.ts';

/** A random key in a file that only its owner may read, made when the first secret is saved. */
export class SecretKeyFile implements SecretKeys {
  readonly #file: string;
  #isSwept = false;

  constructor(file: string) {
    this.#file = file;
  }

  async read(): Promise<readonly string[]> {
    const key = await this.#present().catch(() => undefined);
    return key === undefined ? [] : [key];
  }

  async first(): Promise<string> {
    try {
      const present = await this.#present();
      if (present === undefined) await this.#make();
      const key = present ?? (await this.#present());
      if (key === undefined) throw new Error('it was removed as soon as it was made');
      await this.#sweep();
      return key;
    } catch (error) {
      const message = `The key for secrets in ${this.#file} can be neither read nor made: ${describeError(error)}`;
      throw new PluginError('SECRET_KEY_UNAVAILABLE', message, { cause: error });
    }
  }

  async #present(): Promise<string | undefined> {
    try {
      const key = (await readFile(this.#file, 'utf8')).trim();
      if (key.length >= 16) return key;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    throw new Error('it is not a key; put back the file that was there, or remove it to begin with a new key');
  }

  /** Written whole and flushed before it gets its name, so that of several processes one wins and none reads half a key. */
  async #make(): Promise<void> {
    const draft = `${this.#file}.${randomUUID()}`;
    await mkdir(path.dirname(this.#file), { recursive: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomBytes(32).toString('base64url')}\n`);
      await handle.sync();
      await link(draft, this.#file).catch((error: NodeJS.ErrnoException) => {
        // another process was first, or had been and swept this draft away
        if (error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
      });
    } finally {
      await handle.close();
      await rm(draft, { force: true });
    }
  }

  /** Once there is a key, drafts are what killed processes have left. */
  async #sweep(): Promise<void> {
    if (this.#isSwept) return;
    this.#isSwept = true;
    const [directory, beginning] = [path.dirname(this.#file), `${path.basename(this.#file)}.`];
    const drafts = (await readdir(directory)).filter((name) => name.startsWith(beginning));
    await Promise.all(drafts.map((name) => rm(path.join(directory, name), { force: true })));
  }
}
