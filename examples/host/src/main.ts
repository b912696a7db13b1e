import { isPluginError } from '@catalyst-plugins/core';
import { announcement } from './announce.ts';
import { createServer } from './create-server.ts';
import { leaveOnSignals } from './leave-on-signals.ts';
import { readSettings } from './settings.ts';

const hints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Stop what listens on that port, or set PORT to another one.',
  EACCES: 'Set PORT to a number above 1023.',
};

try {
  const settings = readSettings(process.env);
  const leaving = leaveOnSignals(settings);
  const app = await createServer(settings);
  leaving.serve(app);
  const url = await app.listen({ port: settings.port, host: settings.host });
  console.log(announcement(url, settings));
} catch (error) {
  console.error(`The host could not start: ${error instanceof Error ? error.message : String(error)}`);
  const hint = isPluginError(error) ? error.hint : hints[(error as NodeJS.ErrnoException).code ?? ''];
  if (hint !== undefined) console.error(`What to do: ${hint}`);
  process.exit(1);
}
