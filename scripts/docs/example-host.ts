import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createServer } from '../../examples/host/src/create-server.ts';
import { readSettings } from '../../examples/host/src/settings.ts';
import { root } from './pages.ts';

/** The example host as `npm start` runs it, on a copy of its plugins and an empty database. */
export interface ExampleHost extends AsyncDisposable {
  /** The folder that stands for the workspace; it holds `examples/host/catalyst-plugins`. */
  readonly folder: string;
  /** For example `127.0.0.1:40123`; another one after a restart. */
  readonly address: () => string;
  restart(): Promise<void>;
}

/** Starts the example host with hot reload and a known administrator's token. */
export async function startExampleHost(token: string): Promise<ExampleHost> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'catalyst-docs-'));
  const plugins = 'examples/host/catalyst-plugins';
  // releases of earlier runs are none of those that the pages tell of
  const filter = (file: string): boolean => path.basename(file) !== '.releases';
  await cp(path.join(root, plugins), path.join(folder, plugins), { recursive: true, filter });
  const settings = readSettings({
    PORT: '0',
    PLUGINS_DIR: path.join(folder, plugins),
    DATA_DIR: path.join(folder, '.data'),
    ADMIN_TOKEN: token,
    LOG_LEVEL: 'silent',
    PLUGIN_HOT_RELOAD: 'true',
  });
  const start = async (): Promise<{ address: string; close: () => Promise<void> }> => {
    const app = await createServer(settings);
    const url = await app.listen({ port: settings.port, host: settings.host });
    return { address: new URL(url).host, close: () => app.close() };
  };
  let running = await start();
  return {
    folder,
    address: () => running.address,
    async restart() {
      await running.close();
      running = await start();
    },
    async [Symbol.asyncDispose]() {
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
