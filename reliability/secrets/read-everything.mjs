const plugins = ['talkative', 'other'];

/** Everything that can be read of a host: every `GET` of its admin API, and its live events from the first one on. */
export async function readAllOf(admin) {
  const { paths } = await admin.get('/openapi.json');
  const urls = Object.entries(paths)
    .filter(([, methods]) => methods.get !== undefined)
    .map(([url]) => url.replace('/api/plugins', ''))
    .filter((url) => url !== '/events');
  const ids = await idsOf(admin);
  const told = [];
  for (const url of urls.flatMap((template) => fill(template, ids))) {
    const { status, text } = await admin.ask('GET', url);
    told.push({ from: `GET ${url}, answered ${status},`, text });
  }
  told.push({ from: 'live events', text: await admin.listen('/events', { 'last-event-id': '0' }, 1_500) });
  return told;
}

async function idsOf(admin) {
  const operations = await admin.get('/operations');
  return operations.slice(0, 3).map(({ id }) => id);
}

/** The url for each plugin and each id. */
function fill(template, ids) {
  const named = template.includes('{name}') ? plugins.map((name) => template.replace('{name}', name)) : [template];
  return named.flatMap((url) => (url.includes('{id}') ? ids.map((id) => url.replace('{id}', id)) : [url]));
}
