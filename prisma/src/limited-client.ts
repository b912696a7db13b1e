import type { Duplex } from 'node:stream';
import { Client } from 'pg';

/** What is in every client of node-postgres, but not in its types. */
interface WithConnection {
  readonly connection: { readonly stream: Duplex };
}

const changesLimit = /\bstatement_timeout = (\d+)/;
const endsTransaction = /^\s*(?:COMMIT|ROLLBACK)\s*;?\s*$/i;
/** What a statement with a limit of its own gets beyond it before the connection is given up, in milliseconds. */
const graceMs = 1_000;

/**
 * A connection to PostgreSQL that is given up when it does not answer within a time: a server that is gone, or a network
 * that swallows everything, must not keep callers and the pool waiting. Statements under a longer `SET LOCAL
 * statement_timeout` have that time.
 */
export function limitedClient(limitMs: number): typeof Client {
  return class LimitedClient extends Client {
    #limitMs = limitMs;
    #timer: NodeJS.Timeout | undefined;

    constructor(...parameters: ConstructorParameters<typeof Client>) {
      super(...parameters);
      // one that breaks while somebody has it would end the process; whoever has it learns of it from the next query
      this.on('error', () => this.#disarm());
      this.on('drain', () => this.#disarm());
      this.on('end', () => this.#disarm());
    }

    override query = ((...args: [unknown, ...unknown[]]): unknown => {
      this.#arm(textOf(args[0]));
      return (super.query as (...all: unknown[]) => unknown).call(this, ...args);
    }) as Client['query'];

    #arm(text: string): void {
      if (endsTransaction.test(text)) this.#limitMs = limitMs;
      const limit = changesLimit.exec(text)?.[1];
      if (limit !== undefined) this.#limitMs = limit === '0' ? Infinity : Number(limit) + graceMs;
      this.#disarm();
      if (this.#limitMs === Infinity) return;
      this.#timer = setTimeout(() => this.#giveUp(), this.#limitMs);
      this.#timer.unref();
    }

    #disarm(): void {
      clearTimeout(this.#timer);
    }

    #giveUp(): void {
      const error = new Error(`PostgreSQL did not answer within ${this.#limitMs} ms.`);
      (this as unknown as WithConnection).connection.stream.destroy(error);
    }
  };
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  const text: unknown = typeof query === 'object' && query !== null && 'text' in query ? query.text : undefined;
  return typeof text === 'string' ? text : '';
}
