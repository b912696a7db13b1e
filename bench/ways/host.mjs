import path from 'node:path';
import { createPluginHost } from '@catalyst-plugins/core';
import { silentLogger } from '../shared/silent-logger.mjs';
import { answerEvent } from './plugin-tree.mjs';

/** A host without watcher and server: what a reload costs, from reading the folder to the swap. */
export async function open({ folder, name }) {
  const host = createPluginHost({ pluginsDir: path.dirname(folder), logger: silentLogger() });
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
    close: () => host.stop(),
  };
}
