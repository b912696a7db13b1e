import { PluginError } from '../../src/errors/plugin-error.ts';
import type { PluginStores } from '../../src/plugin-stores.ts';
import { createMemoryStores } from '../../src/stores/memory/memory-stores.ts';

/** Memory stores whose methods fail when the test says so. */
export function fragileStores(): PluginStores & { down: (member: string) => boolean } {
  const stores = createMemoryStores();
  const fragile = {
    down: (_member: string): boolean => false,
    plugins: stores.plugins,
    documents: stores.documents,
    collections: stores.collections,
    transactions: stores.transactions,
    audit: stores.audit,
  };
  const wrap = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get(target, member) {
        const method: unknown = Reflect.get(target, member);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]): unknown =>
          fragile.down(String(member))
            ? Promise.reject(new PluginError('STORE_UNAVAILABLE', 'connection refused'))
            : Reflect.apply(method, target, args);
      },
    });
  return Object.assign(fragile, {
    plugins: wrap(stores.plugins),
    documents: wrap(stores.documents),
    collections: wrap(stores.collections),
    transactions: wrap(stores.transactions),
    audit: wrap(stores.audit),
  });
}
