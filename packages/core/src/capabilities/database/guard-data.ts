import type { DatabaseModel } from './database-model.ts';
import { guardRows, guardWhere, mapMembers } from './guard-filter.ts';
import { isQueryObject, type QueryCheck, type QueryObject } from './query-check.ts';

/** Where a write through a relation arrives. */
interface Related {
  readonly check: QueryCheck;
  readonly target: DatabaseModel;
  readonly toMany: boolean;
}

/** Checks the `data` of a write, and what it writes through relations. */
export function guardData(check: QueryCheck, model: DatabaseModel, data: unknown): unknown {
  if (Array.isArray(data)) return data.map((each) => guardData(check, model, each));
  if (!isQueryObject(data)) throw check.refuse('data is expected to be an object');
  return mapMembers(data, (key, value) => {
    check.visible(model, key);
    const target = check.target(model, key);
    if (!target) return value;
    check.need(target, 'write');
    if (!isQueryObject(value))
      throw check.refuse(`"${key}" is a relation, to be written by "connect", "create" and the like`);
    return guardWrites({ check, target, toMany: model.fields.get(key)?.toMany ?? false }, value);
  });
}

function guardWrites(related: Related, writes: QueryObject): QueryObject {
  return mapMembers(writes, (key, value) => {
    const guard = Object.hasOwn(writeGuards, key) ? writeGuards[key] : undefined;
    if (!guard) throw related.check.refuse(`"${key}" is not known to the check of writes through relations`);
    // "set" says something by an empty list too
    if (!Array.isArray(value) || guard === guardSet) return guard(related, value);
    return value.map((each) => guard(related, each));
  });
}

type WriteGuard = (related: Related, value: unknown) => unknown;

const writeGuards: Readonly<Record<string, WriteGuard>> = {
  create: ({ check, target }, value) => guardData(check, target, value),
  createMany: (related, value) => guardParts(related, value),
  connect: guardRow,
  connectOrCreate: (related, value) => guardParts(related, value),
  disconnect: guardRow,
  delete: guardRow,
  deleteMany: guardRow,
  set: guardSet,
  update: guardUpdate,
  updateMany: (related, value) => guardParts(related, withWhere(related, value)),
  upsert: (related, value) => guardParts(related, withWhere(related, value)),
};

/** The rows that are chosen by a filter, or by `true` for the one that is there. */
function guardRow({ check, target }: Related, value: unknown): unknown {
  if (value === false) return value;
  const rows = guardRows(check, target, value === true ? undefined : value);
  return rows === undefined ? value : rows;
}

function guardSet({ check, target }: Related, value: unknown): unknown {
  if (check.rowFilter(target)) {
    throw check.refuse(
      `"set" would let go of rows of "${target.member}", of which plugins see some rows only; use "connect" and "disconnect"`,
    );
  }
  return Array.isArray(value) ? value.map((each) => guardWhere(check, target, each)) : guardWhere(check, target, value);
}

/** `update` takes the data alone where the relation leads to one row. */
function guardUpdate(related: Related, value: unknown): unknown {
  const { check, target, toMany } = related;
  if (!isQueryObject(value)) throw check.refuse('"update" is expected to be an object');
  const names = Object.keys(value);
  const wrapped = names.includes('data') && names.every((name) => name === 'data' || name === 'where');
  if (!toMany && wrapped && names.some((name) => target.fields.has(name))) {
    throw check.refuse(
      `"update" has two meanings, since "${target.member}" has a field of the name; write it as "upsert" or update "${target.member}" itself`,
    );
  }
  if (wrapped) return guardParts(related, withWhere(related, value));
  const data = guardData(check, target, value);
  const where = check.rows(target, undefined);
  return where === undefined ? data : { where, data };
}

/** Makes a place for the host's filter where the plugin gave none. */
function withWhere({ check, target }: Related, value: unknown): unknown {
  if (!isQueryObject(value) || check.rowFilter(target) === undefined) return value;
  return { ...value, where: value['where'] ?? {} };
}

function guardParts({ check, target }: Related, value: unknown): unknown {
  if (!isQueryObject(value)) throw check.refuse('a write through a relation is expected to be an object');
  return mapMembers(value, (key, part) => {
    if (key === 'where') return guardRows(check, target, part);
    if (key === 'data' || key === 'create' || key === 'update') return guardData(check, target, part);
    if (key === 'skipDuplicates' || key === 'limit') return part;
    throw check.refuse(`"${key}" is not known to the check of writes through relations`);
  });
}
