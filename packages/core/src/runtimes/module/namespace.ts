/** The exports of a module by name. */
export type Namespace = Record<string, unknown>;

/** An empty namespace, which the module fills. */
export function createNamespace(): Namespace {
  return Object.create(null, { [Symbol.toStringTag]: { value: 'Module' } });
}
