import { readableAddresses } from '../shared/readable-addresses.mjs';

/** Everything that can be read of a host: every `GET` that ends, routes of plugins included, and its live events so far. */
export async function readAllOf(server) {
  const told = [];
  for (const { url } of await readableAddresses(server)) {
    const { status, text } = await server.ask('GET', url);
    told.push({ from: `GET ${url}, answered ${status},`, isPlace: status < 400, text });
  }
  const topics = 'topics=plugins,health,task,audit,metric,log:*';
  const events = await listenFor(server, `/api/plugins/events?${topics}`, 1_500);
  return [...told, { from: 'live events', isPlace: events.includes('\ndata: '), text: events }];
}

/** What comes in a response that does not end, from the first event on, within some time. */
async function listenFor(server, url, ms) {
  let text = '';
  const options = { headers: { 'last-event-id': '0' }, signal: AbortSignal.timeout(ms) };
  for await (const piece of server.listen(url, options)) text += piece;
  return text;
}
