import { measure } from './measure.mjs';
import { requestKinds } from './request-kinds.mjs';

/** What a request to a plugin costs, compared with the same route on bare Fastify. */
export const dispatch = {
  name: 'dispatch',
  title: 'Requests to plugins',
  settings: ({ quick, rounds, plugins }) => ({
    plugins: plugins ?? (quick ? [1, 10] : [1, 10, 100, 1_000]),
    rounds: rounds ?? (quick ? 3 : 7),
    requests: quick ? 3_000 : 6_000,
  }),
  describe: ({ rounds, requests }) => `${rounds} rounds of ${requests} requests`,
  async measure({ plugins, rounds, requests }, progress) {
    const results = [];
    for (const count of plugins) {
      progress(`${count} plugins`);
      results.push(...(await measure(count, { rounds, requests })));
    }
    return results;
  },
  failures: () => [],
  rows: (results) => [
    ['Plugins', 'Request', 'Bare Fastify, µs', 'Plugin, µs', 'Ratio', 'Range', 'Fastify with ALS'],
    ...results.map((result) => [
      String(result.plugins),
      requestKinds.find(({ key }) => key === result.kind).title,
      result.bareMicros.toFixed(1),
      result.oursMicros.toFixed(1),
      result.ratio.toFixed(2),
      result.ratioRange.map((ratio) => ratio.toFixed(2)).join('–'),
      result.asyncContextRatio.toFixed(2),
    ]),
  ],
  introduction: `What does a request to a plugin cost, compared with the same route on bare Fastify? Both servers have the same routes from
the same files: every plugin five routes under a prefix of its own, on bare Fastify as an encapsulated Fastify plugin. The
load generator is another process with 32 keep-alive connections, and spreads the requests over all plugins. It
never sleeps while it waits: the kernel would bill waking it to the server, and more often to the one that answers a little
later. What counts is the CPU time of the server's process per request, user and system, after a warm-up.

**Ratio** is the CPU time of bare Fastify divided by that of the plugin's route: 1.00 is "as cheap as bare Fastify",
higher is better. **Fastify with ALS** is the ratio of bare Fastify in a process that has called \`AsyncLocalStorage.run\`
once.`,
  remarks: `- **Node 20 and 22 charge for asynchronous context.** The host marks plugin code with \`AsyncLocalStorage\`, so that an
  error in a timer or a promise can be traced to the plugin that made it. Before Node 24 this rests on \`async_hooks\`,
  and every promise of the process pays, also those of the host application. The last column is that price alone. An
  application that uses \`AsyncLocalStorage\` already, as tracing and many loggers do, has paid it before.
- **The rest is the price of routes that can go.** Fastify's router asks which route of which plugin a url means, and
  what that route needs; the request is counted until its response has ended and its handler has settled, and runs as the
  plugin's. [Where the time of a request goes](#where-the-time-of-a-request-goes) has the profile. A route with hooks,
  middleware, an error handler or a body limit of its own takes every step, which costs a little more, beside what its
  functions do.
- **The handlers do next to nothing.** The figures bound what the framework adds to a request; the more a handler does,
  the nearer the ratio comes to 1. They do not say how fast an application is.
- **No logger, no hooks of a plugin, no admin API, no WebSockets** on either side.
- **At 1,000 plugins** bare Fastify has become slower too: it has 5,000 routes in one tree, while a plugin is found by one
  look-up in a map.
- All servers warm up \`process.nextTick\` before anything else. Without that, V8 of Node 24 gives some processes, bare
  Fastify's too, a version of it that adds about 3 µs to every request.`,
};
