import { readableAddresses } from '../shared/readable-addresses.mjs';

/** Everything that can be read of a host: every `GET` that ends, routes of plugins included, and its live events so far. */
export async function readAllOf(server) {
  const told = [];
  for (const { url } of await readableAddresses(server)) {
    const { status, text } = await server.ask('GET', url);
    told.push({ from: `GET ${url}, answered ${status},`, isPlace: status < 400, text });
  }
  const topics = 'topics=plugins,health,task,audit,metric,log:*';
  const address = `/api/plugins/events?${topics}`;
  // an id of no process is answered with the latest one of this, which says what the first is called
  const [, boot] = /^id: (\w+)-\d+$/m.exec(await listenFor(server, address, 'none', 500)) ?? [];
  const events = await listenFor(server, address, `${boot}-0`, 1_500);
  return [...told, { from: 'live events', isPlace: events.includes('\ndata: '), text: events }];
}

/** What comes in a response that does not end, after an event, within some time. */
async function listenFor(server, url, last, ms) {
  let text = '';
  const options = { headers: { 'last-event-id': last }, signal: AbortSignal.timeout(ms) };
  for await (const piece of server.listen(url, options)) text += piece;
  return text;
}
