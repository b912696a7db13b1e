import { pluginName } from './plugin-folders.mjs';

const body = JSON.stringify({ name: 'alpha', players: 12, tags: ['eu', 'ranked'], note: 'n'.repeat(960) });

/** What is asked for; all plugins have these routes. */
export const requestKinds = [
  { key: 'static', title: 'GET static', method: 'GET', path: '/status' },
  { key: 'param', title: 'GET param, response schema', method: 'GET', path: '/boards/42' },
  { key: 'post', title: 'POST 1 KB, body and response schema', method: 'POST', path: '/servers', body },
];

/** The texts of one request to each plugin, as they go over the wire. */
export function requestTexts(kind, plugins) {
  return Array.from({ length: plugins }, (_, index) => {
    const lines = [`${kind.method} /api/plugins/${pluginName(index)}${kind.path} HTTP/1.1`, 'host: 127.0.0.1'];
    if (kind.body === undefined) return `${lines.join('\r\n')}\r\n\r\n`;
    const length = Buffer.byteLength(kind.body);
    lines.push('content-type: application/json', `content-length: ${length}`);
    return `${lines.join('\r\n')}\r\n\r\n${kind.body}`;
  });
}
