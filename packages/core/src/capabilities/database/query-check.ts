import { PluginError } from '../../errors/plugin-error.ts';
import { permissionsFor, type AccessVerb, type DatabaseModel } from './database-model.ts';
import type { PermissionCheck } from '../permission-check.ts';

/** A copied object of a query. */
export type QueryObject = Readonly<Record<string, unknown>>;

export function isQueryObject(value: unknown): value is QueryObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isRecord(value);
}

function isRecord(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** The check of one query of one plugin: what it needs, and how it is refused. */
export class QueryCheck {
  readonly operation: string;
  readonly #models: ReadonlyMap<string, DatabaseModel>;
  readonly #permissions: PermissionCheck;
  readonly #needs = new Map<string, readonly string[]>();

  constructor(operation: string, models: ReadonlyMap<string, DatabaseModel>, permissions: PermissionCheck) {
    this.operation = operation;
    this.#models = models;
    this.#permissions = permissions;
  }

  /** Throws `PERMISSION_DENIED` unless the plugin may do that with the model. */
  need(model: DatabaseModel, verb: AccessVerb): void {
    const names = permissionsFor(model.names, verb);
    this.#permissions.require(names, this.operation);
    this.#needs.set(`${model.member}.${verb}`, names);
  }

  /** Throws `PERMISSION_DENIED` unless the plugin may go past the models. */
  needRaw(): void {
    const names = ['db.raw'];
    this.#permissions.require(names, this.operation);
    this.#needs.set('raw', names);
  }

  /** Asks again for everything that the query needed: it may run long after it was made. Throws `PERMISSION_DENIED`. */
  readonly again = (): void => {
    for (const names of this.#needs.values()) this.#permissions.require(names, this.operation);
  };

  /** The model on the other side of a relation, or `undefined` for a scalar field and for what is no field. */
  target(model: DatabaseModel, field: string): DatabaseModel | undefined {
    const name = model.fields.get(field)?.target;
    return name === undefined ? undefined : this.#models.get(name);
  }

  /** Throws `DATABASE_QUERY_REFUSED` when the host keeps the field from plugins. */
  visible(model: DatabaseModel, field: string): void {
    if (model.hidden.has(field)) throw this.refuse(`the field "${field}" of "${model.member}" is not open to plugins`);
  }

  /** The host's filter for the rows of a model. */
  rowFilter({ where }: DatabaseModel): object | undefined {
    return typeof where === 'function' ? where(this.#permissions.plugin) : where;
  }

  /** Adds the host's filter for the rows of a model to a filter. */
  rows(model: DatabaseModel, where: unknown): unknown {
    const filter = this.rowFilter(model);
    if (filter === undefined) return where;
    if (where === undefined) return { AND: [filter] };
    if (!isQueryObject(where)) throw this.refuse('a filter is expected to be an object');
    const { AND: and = [] } = where;
    return { ...where, AND: [...(Array.isArray(and) ? and : [and]), filter] };
  }

  readonly refuse = (reason: string): PluginError => {
    const { plugin } = this.#permissions;
    return new PluginError('DATABASE_QUERY_REFUSED', `Plugin "${plugin}" called ctx.db.${this.operation}: ${reason}.`, {
      plugin,
    });
  };
}
