import type { AccessVerb, DatabaseModel } from './database-model.ts';
import { guardData } from './guard-data.ts';
import { guardFieldMap, guardNames, guardWhere, mapMembers } from './guard-filter.ts';
import { asItIs, guardRelated, readingArguments, withoutHidden, type Guard } from './guard-selection.ts';
import { isQueryObject, type QueryCheck, type QueryObject } from './query-check.ts';

interface ModelOperation {
  readonly verb: AccessVerb;
  /** Whether it chooses rows by a `where`, which the host's filter narrows. */
  readonly chooses: boolean;
  /** Whether it answers rows, whose hidden fields are left out. */
  readonly answersRows: boolean;
}

const reads: ModelOperation = { verb: 'read', chooses: true, answersRows: true };
const sums: ModelOperation = { verb: 'read', chooses: true, answersRows: false };
const creates: ModelOperation = { verb: 'write', chooses: false, answersRows: true };
const changes: ModelOperation = { verb: 'write', chooses: true, answersRows: true };
const changesMany: ModelOperation = { verb: 'write', chooses: true, answersRows: false };

/** The methods of a model that plugins can have at all. */
export const modelOperations: Readonly<Record<string, ModelOperation>> = {
  findUnique: reads,
  findUniqueOrThrow: reads,
  findFirst: reads,
  findFirstOrThrow: reads,
  findMany: reads,
  count: sums,
  aggregate: sums,
  groupBy: sums,
  create: creates,
  createMany: { ...creates, answersRows: false },
  createManyAndReturn: creates,
  update: changes,
  updateMany: changesMany,
  updateManyAndReturn: changes,
  upsert: changes,
  delete: changes,
  deleteMany: changesMany,
};

/** Operations that answer one row, whose relations can be asked for by a further call. */
export const singleRowOperations: ReadonlySet<string> = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'create',
  'update',
  'upsert',
  'delete',
]);

/** How the arguments are checked that stand at the top only. */
const topArguments: Readonly<Record<string, Guard>> = {
  data: guardData,
  create: guardData,
  update: guardData,
  by: guardNames,
  having: guardWhere,
  _count: guardFieldMap,
  _avg: guardFieldMap,
  _sum: guardFieldMap,
  _min: guardFieldMap,
  _max: guardFieldMap,
  relationLoadStrategy: asItIs,
  skipDuplicates: asItIs,
  limit: asItIs,
};

const argumentGuards: ReadonlyMap<string, Guard> = new Map(Object.entries({ ...readingArguments, ...topArguments }));

/**
 * Checks the copied arguments of an operation, at any depth, and returns those that run: narrowed to the rows and fields
 * that the host shows. Throws `PERMISSION_DENIED`, and `DATABASE_QUERY_REFUSED` for what cannot be narrowed exactly.
 */
export function guardQuery(check: QueryCheck, model: DatabaseModel, method: string, args: unknown): QueryObject {
  const operation = modelOperations[method];
  if (!operation) throw check.refuse('the method is not for plugins');
  check.need(model, operation.verb);
  if (args !== undefined && !isQueryObject(args)) throw check.refuse('an object of arguments is expected');
  const checked = mapMembers(args ?? {}, (key, value) => argumentGuard(check, key, operation)(check, model, value));
  const shown = operation.answersRows ? withoutHidden(model, checked) : checked;
  if (!operation.chooses || !check.rowFilter(model)) return shown;
  return { ...shown, where: check.rows(model, shown['where']) };
}

/** Checks what a further call on a query asks of a relation: `db.server.findUnique(…).tickets(…)`. */
export function guardFurtherCall(check: QueryCheck, model: DatabaseModel, relation: string, args: unknown): unknown {
  const field = model.fields.get(relation);
  if (!field) throw check.refuse(`"${relation}" is not a relation of "${model.member}"`);
  return guardRelated(check, model, field, args ?? true);
}

function argumentGuard(check: QueryCheck, key: string, { answersRows }: ModelOperation): Guard {
  // the `select` of `count` names fields to count
  if (key === 'select' && !answersRows) return guardFieldMap;
  const guard = argumentGuards.get(key);
  if (!guard) throw check.refuse(`the argument "${key}" is not known to the check`);
  return guard;
}
