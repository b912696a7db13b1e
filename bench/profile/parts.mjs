/** What the time of a request is divided into. */
export const partTitles = {
  find: 'Finding the route',
  follow: 'Following the request',
  attribute: 'Attribution (`AsyncLocalStorage.run`)',
  steps: 'Hooks and handler of the route',
  fastify: 'Fastify',
  node: 'Node',
  system: 'System calls and native code',
  garbage: 'Garbage collection',
};

/** By the url of the script; the first that fits. */
const byUrl = [
  [/\/http\/(?:route-finder|remembered-urls|mounted-tables|route-table|route-kind)\.|\/find-my-way\//, 'find'],
  [/\/http\/request-call\.|\/scope\/call-gate\.|\/ports\/clock\./, 'follow'],
  [/async_context_frame|node:async_hooks|async_local_storage/, 'attribute'],
  [/\/http\/|\/routes\.js/, 'steps'],
  [/\/fastify\/|\/@fastify\/|\/toad-cache\//, 'fastify'],
  [/^node:/, 'node'],
];

/** Microseconds of a CPU profile of V8 by part, without the time in which nothing was to do. */
export function partsOf({ nodes, samples, timeDeltas }) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = Object.fromEntries(Object.keys(partTitles).map((part) => [part, 0]));
  for (const [index, id] of samples.entries()) {
    const { functionName, url } = frames.get(id);
    if (functionName === '(idle)') continue;
    micros[partOf(functionName, url)] += timeDeltas[index];
  }
  return micros;
}

function partOf(functionName, url) {
  if (functionName === '(garbage collector)') return 'garbage';
  return byUrl.find(([pattern]) => pattern.test(url))?.[1] ?? 'system';
}
