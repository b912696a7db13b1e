/** What the host serves beside what its OpenAPI document lists. */
const beyondTheDocument = [
  '/metrics',
  '/health',
  '/ready',
  '/live',
  '/api/plugins/openapi.json',
  '/api/plugins/docs',
  '/api/plugins/ui/manifest',
];

const liveEvents = '/api/plugins/events';

/**
 * Every address that answers a `GET` and ends: those of the OpenAPI document of the host, for each plugin, each of its tasks
 * and the latest operations, in each format; the probes and metrics. `isAdmin` is false for routes of plugins.
 */
export async function readableAddresses(server) {
  // one after the other, so that they need one connection
  const { paths } = await server.get('/api/plugins/openapi.json');
  const known = {
    plugins: (await server.get('/api/plugins')).map(({ name }) => name),
    operations: (await server.get('/api/plugins/operations')).slice(0, 3),
    tasks: await server.get('/api/plugins/tasks'),
  };
  const described = Object.entries(paths).flatMap(([path, { get }]) =>
    get === undefined || path === liveEvents
      ? []
      : addressesOf(path, get.parameters ?? [], known).map((url) => ({ url, isAdmin: get.tags.includes('admin') })),
  );
  return [...described, ...beyondTheDocument.map((url) => ({ url, isAdmin: true }))];
}

function addressesOf(path, parameters, known) {
  const ofQuery = (name) => parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
  const [plugin, format] = [ofQuery('plugin'), ofQuery('format')];
  const queries = [
    ...(plugin?.required ? [] : ['']),
    ...(plugin === undefined ? [] : known.plugins.map((name) => `?plugin=${name}`)),
    ...(format?.schema.enum ?? []).map((value) => `?format=${value}`),
  ];
  return filled(path, known).flatMap((url) => queries.map((query) => `${url}${query}`));
}

/** The path for each plugin, and for each id of its kind. */
function filled(path, { plugins, operations, tasks }) {
  if (path.includes('/tasks/{id}'))
    return tasks.map(({ plugin, id }) => path.replace('{name}', plugin).replace('{id}', encodeURIComponent(id)));
  if (path.includes('{id}')) return operations.map(({ id }) => path.replace('{id}', id));
  return path.includes('{name}') ? plugins.map((name) => path.replace('{name}', name)) : [path];
}
