import path from 'node:path';
import { createMemoryStores, createPluginHost } from '@catalyst-plugins/core';
import { silentLogger } from '../shared/silent-logger.mjs';
import { answerEvent } from './plugin-tree.mjs';

/** A host without watcher and server: what a reload costs, from reading the folder to the swap. */
export async function open({ folder, name }) {
  const stores = createMemoryStores();
  const host = createPluginHost({ pluginsDir: path.dirname(folder), logger: silentLogger(), stores });
  let answer;
  host.on(answerEvent, (data) => {
    answer = data;
  });
  await host.start();
  return {
    async load() {
      answer = undefined;
      await host.reload(name);
      return answer;
    },
    /** Lets go of what only a log in memory keeps in memory: the last 10,000 entries of the audit, at least. */
    settle: () => stores.audit.prune({ keep: 0 }, Number.MAX_SAFE_INTEGER),
    close: () => host.stop(),
  };
}
