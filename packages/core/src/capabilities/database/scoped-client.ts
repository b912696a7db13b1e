import { PluginError } from '../../errors/plugin-error.ts';
import type { DatabaseModel } from './database-model.ts';
import type { PermissionCheck } from '../permission-check.ts';
import { guardFurtherCall, guardQuery } from './guard-query.ts';
import { modelOperations } from './model-operations.ts';
import type { PendingQueries, PrismaPromise } from './pending-queries.ts';
import { plainArguments } from './plain-arguments.ts';
import { isQueryObject, QueryCheck } from './query-check.ts';
import { readOnlyView } from './read-only-view.ts';
import { unknownModel } from './unknown-model.ts';

/** A Prisma client, or the one of a transaction. */
export type Client = Readonly<Record<string, unknown>>;

/** The models of a client by each name that plugins may use, and by the names of the schema. */
export interface ClientModels {
  readonly byMember: ReadonlyMap<string, DatabaseModel>;
  readonly bySchemaName: ReadonlyMap<string, DatabaseModel>;
}

export interface ScopeOptions {
  readonly models: ClientModels;
  readonly permissions: PermissionCheck;
  /** What is there without a permission. */
  readonly members: Readonly<Record<string, unknown>>;
  readonly pending: PendingQueries;
}

const rawMethods: ReadonlySet<string> = new Set([
  '$queryRaw',
  '$queryRawUnsafe',
  '$queryRawTyped',
  '$executeRaw',
  '$executeRawUnsafe',
  '$runCommandRaw',
]);

/** What a query was made of, for further calls on it. */
interface Step {
  readonly model: DatabaseModel;
  readonly check: QueryCheck;
  /** Whether it answers one row. */
  readonly single: boolean;
  /** Makes the client's query, for its own sake or for a further call on it. */
  readonly start: (further: boolean) => PrismaPromise;
}

/** A client as one plugin sees it. */
export class ScopedClient {
  readonly view: object;
  readonly #client: Client;
  readonly #options: ScopeOptions;
  readonly #delegates = new Map<string, object>();
  #ended = false;

  constructor(client: Client, options: ScopeOptions) {
    this.#client = client;
    this.#options = options;
    const { models, members } = options;
    const names = [...Object.keys(members), ...models.byMember.keys()];
    this.view = readOnlyView({ names: () => names, read: (name) => this.#read(name) });
  }

  #read(name: string): unknown {
    const { models, members } = this.#options;
    if (Object.hasOwn(members, name)) return members[name];
    const model = models.byMember.get(name);
    if (model) return this.#delegate(model);
    if (name === '$transaction') return (work: unknown, options?: unknown) => this.#transaction(work, options);
    if (rawMethods.has(name)) return (...args: unknown[]) => this.#raw(name, args);
    throw this.#unknown(name);
  }

  #delegate(model: DatabaseModel): object {
    const made = this.#delegates.get(model.member);
    if (made) return made;
    const delegate: Record<string, unknown> = Object.create(null);
    for (const method of Object.keys(modelOperations)) {
      delegate[method] = (args?: unknown) => this.#query(model, method, args);
    }
    this.#delegates.set(model.member, Object.freeze(delegate));
    return delegate;
  }

  #query(model: DatabaseModel, method: string, given: unknown): object {
    const check = this.#check(`${model.member}.${method}`);
    const args = guardQuery(check, model, method, plainArguments(given, check.refuse));
    const delegate = this.#client[model.member] as Readonly<Record<string, (args: unknown) => PrismaPromise>>;
    const single = modelOperations[method]?.answersOne ?? false;
    const start = (further: boolean): PrismaPromise => {
      if (!delegate[method]) throw check.refuse('this client has no such method');
      return delegate[method](further ? withoutOmit(args) : args);
    };
    return this.#pending({ model, check, single, start });
  }

  #pending(step: Step): object {
    const { model, check, single, start } = step;
    const relations = single ? [...model.fields.values()].filter(({ target }) => target !== undefined) : [];
    const calls = Object.fromEntries(
      relations.map(({ name }) => [name, (args?: unknown) => this.#furtherCall(step, name, args)]),
    );
    return this.#options.pending.add({ again: () => this.#again(check), start: () => start(false), calls });
  }

  /** `db.server.findUnique(…).tickets(…)` */
  #furtherCall({ model, check, start }: Step, relation: string, given: unknown): object {
    const args = guardFurtherCall(check, model, relation, plainArguments(given, check.refuse));
    const target = check.target(model, relation) ?? model;
    return this.#pending({
      model: target,
      check,
      single: !model.fields.get(relation)?.toMany,
      start(further) {
        const call = start(true)[relation] as (args?: unknown) => PrismaPromise;
        return call(isQueryObject(args) ? (further ? withoutOmit(args) : args) : undefined);
      },
    });
  }

  #raw(method: string, args: readonly unknown[]): object {
    const check = this.#check(method);
    check.needRaw();
    const start = (): PrismaPromise => {
      const { [method]: run } = this.#client;
      if (typeof run !== 'function') throw check.refuse('this client has no such method');
      return Reflect.apply(run, this.#client, args) as PrismaPromise;
    };
    return this.#options.pending.add({ again: () => this.#again(check), start, calls: {} });
  }

  #transaction(work: unknown, options: unknown): Promise<unknown> {
    const check = this.#check('$transaction');
    check.needRaw();
    const { $transaction: transaction } = this.#client;
    if (typeof transaction !== 'function') throw check.refuse('this client has no transactions of its own');
    const settings = plainArguments(options, check.refuse);
    const run = (of: unknown): Promise<unknown> =>
      Reflect.apply(transaction, this.#client, [of, settings]) as Promise<unknown>;
    if (typeof work === 'function') return run((client: Client) => this.#within(client, work as TransactionWork));
    if (!Array.isArray(work)) throw check.refuse('a function or a list of queries is expected');
    const queries = Array.from({ length: work.length }, (_, index) => this.#options.pending.take(work[index]));
    if (queries.includes(undefined)) throw check.refuse('a list of queries of ctx.db is expected');
    return run(queries);
  }

  async #within(client: Client, work: TransactionWork): Promise<unknown> {
    const scope = new ScopedClient(client, this.#options);
    try {
      return await work(scope.view);
    } finally {
      scope.#ended = true;
    }
  }

  #check(operation: string): QueryCheck {
    const check = new QueryCheck(operation, this.#options.models.bySchemaName, this.#options.permissions);
    this.#again(check);
    return check;
  }

  #again(check: QueryCheck): void {
    if (this.#ended) throw check.refuse('the transaction has ended');
    check.again();
  }

  #unknown(name: string): PluginError {
    const { models, permissions } = this.#options;
    const { plugin } = permissions;
    if (name.startsWith('$') || name.startsWith('_')) {
      return new PluginError(
        'DATABASE_QUERY_REFUSED',
        `Plugin "${plugin}" used ctx.db.${name}, which is not for plugins.`,
        {
          plugin,
        },
      );
    }
    return unknownModel(plugin, name, [...models.byMember.keys()]);
  }
}

type TransactionWork = (db: object) => unknown;

/** A further call selects for itself, which Prisma does not take together with `omit`. */
function withoutOmit({ omit: _omit, ...args }: Readonly<Record<string, unknown>>): object {
  return args;
}
