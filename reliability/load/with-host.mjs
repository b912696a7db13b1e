import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { startHost } from '../shared/host-program.mjs';

/** Calls the function with a host of the plugins that `write(pluginsDir)` makes, and with what that resolves to. */
export function withHost({ write, ...input }, use) {
  return inTemporaryFolder(async (directory) => {
    const pluginsDir = path.join(directory, 'plugins');
    await mkdir(pluginsDir);
    const written = await write(pluginsDir);
    const host = await startHost({ pluginsDir, ...input });
    try {
      return await use(host, written);
    } finally {
      await host.stop();
    }
  });
}
