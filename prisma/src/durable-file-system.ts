import { fsyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Init = NodeFS['init'];
type InitResult = Awaited<ReturnType<Init>>;

const EIO = 29;

/**
 * The files of PGlite with a real fsync. PGlite's own file system does nothing when PostgreSQL asks for one, so that a
 * power failure could lose acknowledged writes. It reaches into parts of PGlite that are not documented, hence the exact
 * version in package.json; `syncs` tells whether it works.
 */
export class DurableFileSystem extends NodeFS {
  #syncs = 0;

  /** How often PostgreSQL asked for an fsync and got one. */
  get syncs(): number {
    return this.#syncs;
  }

  override async init(...parameters: Parameters<Init>): Promise<InitResult> {
    const { emscriptenOpts } = await super.init(...parameters);
    const install = (module: unknown): void => {
      const operations = streamOperations(module);
      if (operations !== undefined) operations['fsync'] = (stream: unknown) => this.#sync(stream);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), install] } };
  }

  /** Returns an errno; PostgreSQL stops at once when it is not 0, as it must after a failed fsync. */
  #sync(stream: unknown): number {
    try {
      const descriptor: unknown = member(stream, 'nfd');
      if (typeof descriptor !== 'number') return EIO;
      fsyncSync(descriptor);
      this.#syncs += 1;
      return 0;
    } catch {
      return EIO;
    }
  }
}

function streamOperations(module: unknown): Record<string, unknown> | undefined {
  const operations: unknown = member(member(module, 'NODEFS'), 'stream_ops');
  const fits = isRecord(operations) && typeof operations['open'] === 'function';
  return fits ? operations : undefined;
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}
