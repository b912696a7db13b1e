import type { DatabaseModel } from './database-model.ts';
import { mapMembers } from './guard-filter.ts';
import { guardRelated, withoutHidden } from './guard-selection.ts';
import { modelOperations } from './model-operations.ts';
import { isQueryObject, type QueryCheck, type QueryObject } from './query-check.ts';

/**
 * Checks the copied arguments of an operation, at any depth, and returns those that run: narrowed to the rows and fields
 * that the host shows. Throws `PERMISSION_DENIED`, and `DATABASE_QUERY_REFUSED` for what cannot be narrowed exactly.
 */
export function guardQuery(check: QueryCheck, model: DatabaseModel, method: string, args: unknown): QueryObject {
  const operation = modelOperations[method];
  if (!operation) throw check.refuse('the method is not for plugins');
  check.need(model, operation.verb);
  if (args !== undefined && !isQueryObject(args)) throw check.refuse('an object of arguments is expected');
  const checked = mapMembers(args ?? {}, (key, value) => {
    const guard = operation.args[key];
    if (!guard) throw check.refuse(`it has no argument "${key}"`);
    return guard(check, model, value);
  });
  const shown = 'omit' in operation.args ? withoutHidden(model, checked) : checked;
  if (!('where' in operation.args) || !check.rowFilter(model)) return shown;
  return { ...shown, where: check.rows(model, shown['where']) };
}

/** Checks what a further call on a query asks of a relation: `db.server.findUnique(…).tickets(…)`. */
export function guardFurtherCall(check: QueryCheck, model: DatabaseModel, relation: string, args: unknown): unknown {
  const field = model.fields.get(relation);
  if (!field) throw check.refuse(`"${relation}" is not a relation of "${model.member}"`);
  return guardRelated(check, model, field, args ?? true);
}
