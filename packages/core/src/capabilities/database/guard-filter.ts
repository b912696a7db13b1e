import type { DatabaseModel } from './database-model.ts';
import { isQueryObject, type QueryCheck, type QueryObject } from './query-check.ts';

const combiners = new Set(['AND', 'OR', 'NOT']);
const relationFilters = new Set(['some', 'every', 'none', 'is', 'isNot']);

/** Checks a `where`, and narrows its filters over relations to the rows that the host shows. */
export function guardWhere(check: QueryCheck, model: DatabaseModel, where: unknown): unknown {
  if (where === undefined || where === null) return where;
  if (!isQueryObject(where)) throw check.refuse('a filter is expected to be an object');
  return mapMembers(where, (key, value) => guardCondition(check, model, key, value));
}

/** Checks a `where` and adds the host's filter for the rows of the model. */
export function guardRows(check: QueryCheck, model: DatabaseModel, where: unknown): unknown {
  return check.rows(model, guardWhere(check, model, where));
}

/** Checks an `orderBy`; the order of rows tells what their fields hold. */
export function guardOrder(check: QueryCheck, model: DatabaseModel, order: unknown): unknown {
  if (Array.isArray(order)) return order.map((each) => guardOrder(check, model, each));
  if (!isQueryObject(order)) throw check.refuse('an order is expected to be an object');
  return mapMembers(order, (key, value) => {
    if (key === '_relevance' && isQueryObject(value)) guardNames(check, model, value['fields']);
    else if (key.startsWith('_')) guardFieldMap(check, model, value);
    const target = check.target(model, key);
    check.visible(model, key);
    if (!target) return value;
    check.need(target, 'read');
    if (check.rowFilter(target))
      throw check.refuse(`rows cannot be sorted by "${target.member}", of which plugins see some rows only`);
    return guardOrder(check, target, value);
  });
}

/** Checks the fields that `by`, `distinct` and the like name. */
export function guardNames(check: QueryCheck, model: DatabaseModel, names: unknown): unknown {
  for (const name of Array.isArray(names) ? names : [names]) check.visible(model, String(name));
  return names;
}

/** Checks the fields that `_count`, `_sum` and the like are asked for; each is asked for by `true` and nothing else. */
export function guardSums(check: QueryCheck, model: DatabaseModel, fields: unknown): unknown {
  if (typeof fields === 'boolean') return fields;
  if (!isQueryObject(fields)) throw check.refuse('true or an object of fields is expected');
  const odd = Object.keys(fields).find((name) => typeof fields[name] !== 'boolean' && fields[name] !== undefined);
  if (odd !== undefined) throw check.refuse(`"${odd}" is expected to be true`);
  return guardFieldMap(check, model, fields);
}

/** Checks the fields that an object has as its keys. */
function guardFieldMap(check: QueryCheck, model: DatabaseModel, fields: unknown): unknown {
  if (!isQueryObject(fields)) throw check.refuse('an object of fields is expected');
  for (const name of Object.keys(fields)) check.visible(model, name);
  return fields;
}

/** The same members with other values; those that are `undefined` are left out, as Prisma does. */
export function mapMembers(object: QueryObject, change: (key: string, value: unknown) => unknown): QueryObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, change(key, value)]),
  );
}

function guardCondition(check: QueryCheck, model: DatabaseModel, key: string, value: unknown): unknown {
  const field = model.fields.get(key);
  if (combiners.has(key)) {
    if (field)
      throw check.refuse(`"${key}" is a field of "${model.member}" as well, so that the filter has two meanings`);
    return Array.isArray(value) ? value.map((each) => guardWhere(check, model, each)) : guardWhere(check, model, value);
  }
  check.visible(model, key);
  const target = check.target(model, key);
  if (target) {
    check.need(target, 'read');
    return guardRelation(check, target, value);
  }
  // the name of several fields that are unique together
  if (!field && isQueryObject(value)) guardFieldMap(check, model, value);
  return value;
}

function guardRelation(check: QueryCheck, target: DatabaseModel, value: unknown): unknown {
  if (value === null) return value;
  if (!isQueryObject(value)) throw check.refuse(`a filter over "${target.member}" is expected to be an object`);
  const keys = Object.keys(value);
  if (!keys.some((key) => relationFilters.has(key))) return guardRows(check, target, value);
  const odd = keys.find((key) => !relationFilters.has(key) || target.fields.has(key));
  if (odd !== undefined) throw check.refuse(`a filter over "${target.member}" has two meanings at "${odd}"`);
  return mapMembers(value, (key, filter) => {
    if (filter === null) return filter;
    if (key === 'every' && check.rowFilter(target)) {
      throw check.refuse(
        `"every" cannot be asked of "${target.member}", of which plugins see some rows only; use "none"`,
      );
    }
    return guardRows(check, target, filter);
  });
}
