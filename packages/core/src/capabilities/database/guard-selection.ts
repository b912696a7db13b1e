import type { DatabaseField, DatabaseModel } from './database-model.ts';
import { guardNames, guardOrder, guardRows, guardWhere, mapMembers } from './guard-filter.ts';
import { isQueryObject, type QueryCheck, type QueryObject } from './query-check.ts';

/** Checks one argument of a query on a model, and returns what runs in its place. */
export type Guard = (check: QueryCheck, model: DatabaseModel, value: unknown) => unknown;

/** For arguments that say nothing about rows and fields. */
export const asItIs: Guard = (_check, _model, value) => value;

/** How the arguments of a relation in a `select` or `include` are checked; there are no others. */
const relatedArguments: ReadonlyMap<string, Guard> = new Map(
  Object.entries({
    where: guardWhere,
    orderBy: guardOrder,
    cursor: guardCursor,
    distinct: guardNames,
    take: asItIs,
    skip: asItIs,
    select: guardFields,
    include: guardFields,
    omit: asItIs,
  }),
);

/** Checks the arguments of a relation in a `select` or `include`, and narrows it to what the host shows. */
export function guardRelated(check: QueryCheck, model: DatabaseModel, field: DatabaseField, value: unknown): unknown {
  const target = check.target(model, field.name);
  if (!target) return value;
  check.visible(model, field.name);
  check.need(target, 'read');
  if (value !== true && !isQueryObject(value))
    throw check.refuse(`"${field.name}" is expected to be true or an object`);
  const given = value === true ? {} : value;
  const args = mapMembers(given, (key, argument) => {
    const guard = relatedArguments.get(key);
    if (!guard) throw check.refuse(`"${field.name}" has no argument "${key}"`);
    return guard(check, target, argument);
  });
  const related = withoutHidden(target, args);
  if (!check.rowFilter(target)) return Object.keys(related).length === 0 ? value : related;
  if (!field.toMany) {
    throw check.refuse(
      `"${field.name}" leads to one row of "${target.member}", of which plugins see some rows only; query "${target.member}" itself`,
    );
  }
  return { ...related, where: check.rows(target, related['where']) };
}

/** Leaves hidden fields out of results that do not say which fields they are of. */
export function withoutHidden(model: DatabaseModel, args: QueryObject): QueryObject {
  const { select, omit } = args;
  if (model.hidden.size === 0 || isQueryObject(select)) return args;
  const scalars = [...model.hidden].filter((name) => model.fields.get(name)?.target === undefined);
  if (scalars.length === 0) return args;
  return {
    ...args,
    omit: { ...(isQueryObject(omit) ? omit : {}), ...Object.fromEntries(scalars.map((name) => [name, true])) },
  };
}

/** Checks a `select` or `include`. */
export function guardFields(check: QueryCheck, model: DatabaseModel, fields: unknown): unknown {
  if (!isQueryObject(fields)) throw check.refuse('"select" and "include" are expected to be objects');
  return mapMembers(fields, (key, value) => {
    if (value === false) return value;
    if (key === '_count' && !model.fields.has(key)) return guardCount(check, model, value);
    check.visible(model, key);
    const field = model.fields.get(key);
    if (field) return guardRelated(check, model, field, value);
    if (model.hidden.size > 0 || value !== true) {
      throw check.refuse(`"${key}" is not a field of "${model.member}"`);
    }
    return value;
  });
}

/** Counts of related rows, which count only what the host shows. */
function guardCount(check: QueryCheck, model: DatabaseModel, value: unknown): unknown {
  const given = isQueryObject(value) ? value['select'] : undefined;
  const select = isQueryObject(given) ? given : countable(model);
  return {
    select: mapMembers(select, (key, count) => {
      const target = check.target(model, key);
      if (count === false || !target) return count;
      check.visible(model, key);
      check.need(target, 'read');
      const where = guardRows(check, target, isQueryObject(count) ? count['where'] : undefined);
      return where === undefined ? true : { where };
    }),
  };
}

function countable({ fields, hidden }: DatabaseModel): QueryObject {
  const relations = [...fields.values()].filter(({ name, toMany, target }) => target && toMany && !hidden.has(name));
  return Object.fromEntries(relations.map(({ name }) => [name, true]));
}

/** Checks a `cursor`. */
export function guardCursor(check: QueryCheck, model: DatabaseModel, cursor: unknown): unknown {
  // where a row stands in an order tells what it holds, also of a row that is not shown
  if (check.rowFilter(model))
    throw check.refuse(`"${model.member}", of which plugins see some rows only, has no cursor; use "skip"`);
  return guardWhere(check, model, cursor);
}
