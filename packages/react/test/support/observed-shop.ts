import { manifestOf, type PluginFiles } from '@catalyst-plugins/core/testing';

/** The files of a plugin with something to see of everything: lines, an error, a task, requests, a drain. */
export const observedShop: PluginFiles = {
  'plugin.json': manifestOf('shop'),
  'index.js': `export default { onLoad(ctx) {
    ctx.logger.info('ready');
    const get = (url, handler) => ctx.registerRoute({ method: 'GET', url, handler });
    get('/sold', () => { ctx.logger.warn({ item: 'Apple' }, 'sold'); return 'yes'; });
    get('/broken', () => { throw new TypeError('no stock'); });
    get('/slow', () => new Promise(() => {}));
    ctx.scheduleTask('0 3 * * *', () => {}, { name: 'sweep up' });
  } };`,
};
