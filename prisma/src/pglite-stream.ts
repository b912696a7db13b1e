import { Duplex } from 'node:stream';
import type { PGlite } from '@electric-sql/pglite';

type Backend = Pick<PGlite, 'waitReady' | 'runExclusive' | 'execProtocol'>;
type Done = (error?: Error | null) => void;

const terminate = 'X'.charCodeAt(0);
// Sync, Query, Flush, CopyDone, CopyFail, password: after these a client waits for an answer.
const endsBatch: ReadonlySet<number> = new Set(Buffer.from('SQHcfp'));
// What a server does when a connection ends. PGlite has one session for all, so the next connection would inherit an
// open transaction and prepared statements.
const resetSession: Buffer = Buffer.concat([
  message('S', ''),
  message('Q', 'ROLLBACK\0'),
  message('Q', 'DISCARD ALL\0'),
]);

/**
 * The socket by which node-postgres talks to a PGlite in this process.
 * Whole batches go to PGlite at once: one call for a query, and an error skips the rest of its batch as it should.
 */
export class PGliteStream extends Duplex {
  readonly #backend: Backend;
  #received: Buffer[] = [];
  #greeted = false;
  #reset = false;

  constructor(backend: Backend) {
    super({ allowHalfOpen: false });
    this.#backend = backend;
  }

  /** Called by node-postgres in place of `net.Socket.connect`. */
  connect(): this {
    this.#backend.waitReady.then(
      () => this.emit('connect'),
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  /** Means nothing here; node-postgres calls it. */
  setNoDelay(): this {
    return this;
  }

  /** Means nothing here; node-postgres calls it. */
  setKeepAlive(): this {
    return this;
  }

  /** An idle stream never keeps the process alive; node-postgres calls it. */
  ref(): this {
    return this;
  }

  /** An idle stream never keeps the process alive; node-postgres calls it. */
  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.#receive([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.#receive(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: Done): void {
    this.push(null);
    this.#endSession(done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#endSession(() => done(error));
  }

  #receive(chunks: Buffer[], done: Done): void {
    this.#received.push(...chunks);
    const bytes = Buffer.concat(this.#received);
    // The first message of a connection has no type byte.
    const end = this.#greeted ? endOfLastBatch(bytes) : bytes.length;
    this.#greeted = true;
    this.#received = end < bytes.length ? [bytes.subarray(end)] : [];
    if (end === 0 || bytes[0] === terminate) return done();
    this.#execute(bytes.subarray(0, end)).then(
      (answer) => {
        // PGlite works in this thread: without a turn for others in between, many queries would stop the event loop
        setImmediate(done);
        if (answer.length > 0 && !this.destroyed) this.push(answer);
      },
      (error: Error) => done(error),
    );
  }

  async #execute(bytes: Buffer): Promise<Buffer> {
    // PGlite parses each answer and keeps what it found until `execProtocol` takes it; `execProtocolRaw` never does.
    const { data } = await this.#backend.runExclusive(() => this.#backend.execProtocol(bytes, { throwOnError: false }));
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  #endSession(done: Done): void {
    if (this.#reset || !this.#greeted) return done();
    this.#reset = true;
    // Queued behind what still runs and before the next connection. A database that is closed needs no reset.
    this.#execute(resetSession).then(
      () => done(),
      () => done(),
    );
  }
}

/** Where the last complete batch ends; 0 while the first is incomplete. */
function endOfLastBatch(bytes: Buffer): number {
  let offset = 0;
  let end = 0;
  while (offset + 5 <= bytes.length) {
    const next = offset + 1 + bytes.readInt32BE(offset + 1);
    if (next > bytes.length) break;
    if (endsBatch.has(bytes.readUInt8(offset)) || bytes[offset] === terminate) end = next;
    offset = next;
  }
  return end;
}

function message(type: string, body: string): Buffer {
  const bytes = Buffer.alloc(5 + Buffer.byteLength(body));
  bytes.write(type, 0);
  bytes.writeInt32BE(bytes.length - 1, 1);
  bytes.write(body, 5);
  return bytes;
}
