const plugins = ['talkative', 'other'];

/** What a host may serve beside what its OpenAPI document lists. */
const others = ['/metrics', '/diagnostics', '/audit/export?format=csv', '/audit/export?format=ndjson', '/docs'];

/** Everything that can be read of a host: every `GET` of its admin API, and its live events from the first one on. */
export async function readAllOf(admin) {
  const { paths } = await admin.get('/openapi.json');
  const urls = Object.entries(paths)
    .filter(([, methods]) => methods.get !== undefined)
    .map(([url]) => url.replace('/api/plugins', ''))
    .filter((url) => url !== '/events');
  const ids = {
    operations: (await admin.get('/operations')).slice(0, 3).map(({ id }) => id),
    tasks: (await admin.get('/tasks')).map(({ id }) => id),
  };
  const told = [];
  for (const url of [...new Set([...urls, ...others])].flatMap((template) => fill(template, ids))) {
    const { status, text } = await admin.ask('GET', url);
    told.push({ from: `GET ${url}, answered ${status},`, text });
  }
  told.push({ from: 'live events', text: await admin.listen('/events', { 'last-event-id': '0' }, 1_500) });
  return told;
}

/** The url for each plugin and each id of its kind. */
function fill(template, { operations, tasks }) {
  const named = template.includes('{name}') ? plugins.map((name) => template.replace('{name}', name)) : [template];
  const ids = template.includes('/tasks/') ? tasks : operations;
  return named.flatMap((url) => (url.includes('{id}') ? ids.map((id) => url.replace('{id}', id)) : [url]));
}
