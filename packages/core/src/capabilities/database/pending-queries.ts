/** A query of a Prisma client that has not run yet; for one row it has a function for each relation. */
export interface PrismaPromise extends PromiseLike<unknown> {
  readonly [relation: string]: unknown;
}

/** What becomes of a query when somebody waits for it. */
export interface Query {
  /** Throws when the plugin may not run it any more. */
  readonly again: () => void;
  readonly start: () => PrismaPromise;
  /** Further calls on it, by name. */
  readonly calls: Readonly<Record<string, (args?: unknown) => object>>;
}

/** The queries of one plugin that may still run. As with Prisma, they do when somebody waits for them or in a transaction. */
export class PendingQueries {
  readonly #queries = new WeakMap<object, () => PrismaPromise>();

  /** Makes what the plugin gets in place of the client's own promise, which leads to the client. */
  add({ again, start, calls }: Query): object {
    let started: PrismaPromise | undefined;
    const begin = (): PrismaPromise => {
      again();
      started ??= start();
      return started;
    };
    const run = async (): Promise<unknown> => begin();
    const pending: object = Object.assign(Object.create(null), calls, {
      // oxlint-disable-next-line unicorn/no-thenable -- it is awaited, as Prisma's own promises are
      then: (...settled: Parameters<Promise<unknown>['then']>) => run().then(...settled),
      catch: (...failed: Parameters<Promise<unknown>['catch']>) => run().catch(...failed),
      finally: (...ended: Parameters<Promise<unknown>['finally']>) => run().finally(...ended),
      [Symbol.toStringTag]: 'PrismaPromise',
    });
    Object.freeze(pending);
    this.#queries.set(pending, begin);
    return pending;
  }

  /** Starts a query that this plugin made, as part of a transaction; `undefined` for anything else. */
  take(pending: unknown): PrismaPromise | undefined {
    return typeof pending === 'object' && pending !== null ? this.#queries.get(pending)?.() : undefined;
  }
}
