import { permissionsFor, type AccessVerb } from './database-model.ts';
import type { PermissionCheck } from '../permission-check.ts';
import { readOnlyView } from './read-only-view.ts';
import { unknownModel } from './unknown-model.ts';

export interface ScopedObjectOptions {
  readonly aliases: Readonly<Record<string, string>>;
  readonly permissions: PermissionCheck;
  /** What is there without a permission. */
  readonly members: Readonly<Record<string, unknown>>;
}

const reading = /^(?:find|get|list|count|aggregate|groupBy)(?![a-z])/;

/**
 * An object of the host's own as one plugin sees it: each member that is an object is a model, whose methods need its
 * permissions by their names; functions of the object itself need `db.raw`. What they are passed is not looked at.
 */
export function scopeObject(db: object, { aliases, permissions, members }: ScopedObjectOptions): object {
  const source = db as Readonly<Record<string, unknown>>;
  const models = new Map<string, object>();
  const known = [...new Set([...Object.keys(db), ...Object.keys(aliases)])];
  const names = [...Object.keys(members), ...known];
  const read = (name: string): unknown => {
    if (Object.hasOwn(members, name)) return members[name];
    const made = models.get(name);
    if (made) return made;
    const member = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name;
    const value = source[member];
    if (typeof value === 'function') {
      return (...args: unknown[]): unknown => {
        permissions.require(['db.raw'], name);
        return Reflect.apply(value, db, args);
      };
    }
    if (typeof value !== 'object' || value === null) throw unknownModel(permissions.plugin, name, known);
    const called = [member, ...Object.keys(aliases).filter((alias) => aliases[alias] === member)];
    const model = scopeModel(value, called, permissions);
    models.set(name, model);
    return model;
  };
  return readOnlyView({ names: () => names, read });
}

function scopeModel(model: object, names: readonly string[], permissions: PermissionCheck): object {
  const source = model as Readonly<Record<string, unknown>>;
  return readOnlyView({
    names: () => Object.keys(model),
    read(method) {
      const { [method]: run } = source;
      if (typeof run !== 'function' || method.startsWith('_') || method.startsWith('$')) return undefined;
      const verb: AccessVerb = reading.test(method) ? 'read' : 'write';
      return (...args: unknown[]): unknown => {
        permissions.require(permissionsFor(names, verb), `${names[0]}.${method}`);
        return Reflect.apply(run, model, args);
      };
    },
  });
}
