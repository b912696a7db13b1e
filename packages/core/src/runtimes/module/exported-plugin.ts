import path from 'node:path';
import { PluginError } from '../../errors/plugin-error.ts';
import type { Release } from '../../manifest/release.ts';
import { hookNames } from '../runtime.ts';
import type { ModuleRecord } from './module-record.ts';
import type { Namespace } from './namespace.ts';

/** An entry that has run; the members that are optional are those of the linker's own modules. */
type EvaluatedEntry = Pick<ModuleRecord, 'path' | 'namespace'> &
  Partial<Pick<ModuleRecord, 'commonJs' | 'initialExports'>>;

/** Finds the object with the hooks among what the entry exports. Throws `ENTRY_INVALID` when there is none. */
export function exportedPlugin(release: Release, entry: EvaluatedEntry): object {
  const { plugin } = release;
  const file = path.relative(release.directory, entry.path);
  const { namespace } = entry;
  const whole = namespace['default'];
  const interop = isObject(whole) ? Reflect.get(whole, 'default') : undefined;
  const candidates = [whole, interop].filter(isObject);
  const found =
    candidates.find(hasHook) ??
    (hasHook(namespace) ? objectOf(namespace) : undefined) ??
    candidates.find((object) => isHookless(object, entry));
  if (found === undefined)
    throw invalid(plugin, `${file} does not export a plugin; it exports ${describeExports(namespace, entry)}.`);
  const wrong = hookNames.find((hook) => !['function', 'undefined'].includes(typeof Reflect.get(found, hook)));
  if (wrong !== undefined) throw invalid(plugin, `${file} exports a plugin whose "${wrong}" is not a function.`);
  return found;
}

function invalid(plugin: string, message: string): PluginError {
  return new PluginError('ENTRY_INVALID', message, { plugin });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function hasHook(object: object): boolean {
  return hookNames.some((hook) => typeof Reflect.get(object, hook) === 'function');
}

/** Named exports are read-only; as the prototype of the plugin they stay live, and hooks may set members of `this`. */
function objectOf(namespace: Namespace): object {
  const plugin: object = Object.create(namespace);
  return plugin;
}

/** A plugin may do nothing; but a function, a promise or a CommonJS file that exports nothing is a mistake. */
function isHookless(object: object, { initialExports }: EvaluatedEntry): boolean {
  if (typeof object === 'function' || typeof Reflect.get(object, 'then') === 'function') return false;
  return object !== initialExports;
}

function describeExports(namespace: Namespace, { commonJs }: EvaluatedEntry): string {
  const whole = namespace['default'];
  if (typeof whole === 'function') {
    return /^class\b/.test(Function.prototype.toString.call(whole))
      ? 'a class; export an instance of it'
      : 'a function; export an object with hooks';
  }
  if (isObject(whole) && typeof Reflect.get(whole, 'then') === 'function') return 'a promise; await it first';
  if (whole !== undefined && commonJs === undefined)
    return whole === null ? 'null as default' : `a ${typeof whole} as default`;
  const names = Object.keys(namespace).filter((name) => name !== 'default');
  return names.length === 0 ? 'nothing' : `only ${names.join(', ')}`;
}
