import path from 'node:path';
import { createJiti } from 'jiti';

/**
 * Without its cache of modules, so that everything is evaluated anew; its cache of transformed files stays on.
 * Called synchronously, because its `import` leaves modules of JavaScript to Node, which keeps them.
 */
export async function open({ entry, folder }) {
  const jiti = createJiti(import.meta.url, { moduleCache: false, fsCache: path.join(folder, '..', 'jiti-cache') });
  let running;
  return {
    async load() {
      running = jiti(entry);
      return running.generation.sum();
    },
    close() {
      running = undefined;
    },
  };
}
