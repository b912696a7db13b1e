import type * as Oxc from 'oxc-transform';
import { PluginError } from '../../errors/plugin-error.ts';

/** The part of oxc-transform that the linker uses. */
export type Transformer = Pick<typeof Oxc, 'transformSync' | 'moduleRunnerTransformSync'>;

/** Loads the native transformer; without its binary for this machine, gives the error that plugins get which need it. */
export async function loadTransformer(plugin: string): Promise<Transformer | PluginError> {
  try {
    return await import('oxc-transform');
  } catch (cause) {
    return new PluginError(
      'MODULE_FAILED',
      'The transformer "oxc-transform" has no binary for this machine, so only plugins in JavaScript can be loaded.',
      {
        plugin,
        cause,
        hint: `Install the dependencies of the host again on this machine, optional dependencies included (${process.platform}-${process.arch}).`,
      },
    );
  }
}
