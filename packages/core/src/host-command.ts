import type { CommandOptions } from './plugin-host.ts';

/** The options of a command, with the one who gave it: the host application where it does not say. */
export function commandOf<Options extends CommandOptions>(options?: Options): Options & { readonly actor: string } {
  return { ...(options as Options), actor: options?.actor ?? 'host' };
}
