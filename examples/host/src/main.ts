import { isPluginError } from '@catalyst-plugins/core';
import { announcement } from './announce.ts';
import { createServer } from './create-server.ts';
import { readSettings } from './settings.ts';

try {
  const settings = readSettings(process.env);
  const app = await createServer(settings);
  const url = await app.listen({ port: settings.port, host: settings.host });
  console.log(announcement(url, settings));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      app.log.info(`${signal}: draining plugins, then leaving`);
      void app.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(`The host could not start: ${error instanceof Error ? error.message : String(error)}`);
  if (isPluginError(error)) console.error(`What to do: ${error.hint}`);
  process.exit(1);
}
