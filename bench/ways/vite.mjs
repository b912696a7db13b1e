import { createServer, createServerModuleRunner } from 'vite';

/** The server transforms only what it is told has changed; the runner evaluates everything anew. */
export async function open({ entry, folder }) {
  const server = await createServer({
    root: folder,
    configFile: false,
    appType: 'custom',
    logLevel: 'silent',
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  const { ssr } = server.environments;
  const runner = createServerModuleRunner(ssr, { hmr: false });
  return {
    async load(change) {
      if (change) ssr.moduleGraph.onFileChange(change.file);
      runner.clearCache();
      return (await runner.import(entry)).generation.sum();
    },
    async close() {
      await runner.close();
      await server.close();
    },
  };
}
