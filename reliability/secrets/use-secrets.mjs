import { setTimeout as wait } from 'node:timers/promises';
import { noSecret } from './canaries.mjs';

/** Saves secrets, lets everything go wrong with them that can, and resolves to all that was answered. */
export async function useSecrets(server, canaries) {
  const told = [];
  const askAt = async (method, url, body, options = {}) => {
    const { text, status } = await server.ask(method, url, { body, ...options });
    told.push({ from: `${method} ${url}, answered ${status},`, isPlace: status < 400, text });
  };
  const ask = (method, path, ...rest) => askAt(method, `/api/plugins${path}`, ...rest);
  const save = (config, options) => ask('PUT', '/talkative/config', { config }, options);
  await save({
    open: noSecret,
    token: canaries['secret that was saved'],
    odd: canaries['secret with signs that urls and JSON write otherwise'],
    smtp: { user: 'ana', pass: canaries['member of an object'] },
    keys: [canaries['first of a list'], canaries['second of a list']],
  });
  await askAt('PUT', '/plugins/config?plugin=other', { token: canaries['secret of another plugin'] });
  await save({
    token: canaries['secret that replaced it'],
    smtp: { user: 'ana', pass: canaries['member of an object, replaced'] },
  });
  await ask('POST', '/talkative/own', { value: canaries['secret that a plugin saved itself'] });
  // what is refused
  await save({ token: canaries['secret that was too long'] });
  await save({ token: [canaries['secret of the wrong type']], smtp: canaries['secret of the wrong type'] });
  await save({ apiKey: canaries['secret of the wrong type'] });
  await save({ token: canaries['secret saved at a stale revision'] }, { headers: { 'if-match': '"1"' } });
  await save({ note: 'refuse', token: canaries['secret that was tried only'] });
  await save({ note: 'fail', token: canaries['secret with which the plugin does not start'] });
  await ask('POST', '/-/talkative/config/test', { config: { token: canaries['secret that was tried only'] } });
  await ask('GET', '/talkative', undefined, {
    headers: { authorization: `Bearer ${canaries['token that is not right']}` },
  });
  // what the plugin does with them
  for (const url of ['/throw', '/cause', '/log', '/ask', '/rows', '/nowhere']) await ask('GET', `/talkative${url}`);
  await ask('PUT', '/-/talkative/grants', { revoke: ['ledger.read'] });
  await ask('GET', '/talkative/rows');
  await ask('POST', '/talkative/reload');
  await ask('POST', '/-/talkative/config/restore', { revision: 1 });
  await ask('GET', '/talkative/crash');
  await wait(3_000);
  await ask('POST', '/talkative/enable', { enabled: false });
  await ask('POST', '/talkative/enable', { enabled: true });
  return told;
}
