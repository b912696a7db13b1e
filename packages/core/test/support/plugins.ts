import { manifestOf, type PluginFiles } from '../../src/testing/index.ts';

/** A plugin whose entry is the given code. */
export function plugin(name: string, code: string, members: object = {}): PluginFiles {
  return { 'plugin.json': manifestOf(name, members), 'index.js': code };
}

/** A plugin that answers `GET /version` with a word and notes its hooks in the probe. */
export function answering(name: string, word: string, members: object = {}): PluginFiles {
  return plugin(
    name,
    `export default {
      onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/version', handler: () => '${word}' }); },
    };`,
    members,
  );
}
