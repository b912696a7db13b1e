import type * as Oxc from 'oxc-transform';
import { PluginError } from '../../errors/plugin-error.ts';

/** The part of oxc-transform that the linker uses. */
export type Transformer = Pick<typeof Oxc, 'transformSync' | 'moduleRunnerTransformSync'>;

/** Loads the native transformer; loaded late, so that a host without its binary can still start and report. */
export async function loadTransformer(plugin: string): Promise<Transformer> {
  try {
    return await import('oxc-transform');
  } catch (cause) {
    throw new PluginError(
      'MODULE_FAILED',
      'The transformer "oxc-transform" has no binary for this machine, so no plugin code can be loaded.',
      {
        plugin,
        cause,
        hint: `Install the dependencies of the host again on this machine, optional dependencies included (${process.platform}-${process.arch}).`,
      },
    );
  }
}
