import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { requestKinds } from './request-kinds.mjs';

const command = 'npm run bench';

/** What the figures were taken on, and how. */
export function describeRun({ rounds, requests }) {
  const cpus = os.cpus();
  return {
    node: process.version,
    cores: cpus.length,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    system: `${os.platform()} ${os.arch()}`,
    load: os.loadavg()[0],
    rounds,
    requests,
  };
}

/** The results as a table, for a terminal and for Markdown alike. */
export function renderTable(results) {
  const titles = new Map(requestKinds.map(({ key, title }) => [key, title]));
  return alignedTable([
    ['Plugins', 'Request', 'Bare Fastify, µs', 'Plugin, µs', 'Ratio', 'Range', 'Fastify with ALS'],
    ...results.map((result) => [
      String(result.plugins),
      titles.get(result.kind),
      result.bareMicros.toFixed(1),
      result.oursMicros.toFixed(1),
      result.ratio.toFixed(2),
      result.ratioRange.map((ratio) => ratio.toFixed(2)).join('–'),
      result.asyncContextRatio.toFixed(2),
    ]),
  ]);
}

/** Puts the results into the document, in place of those of the same major version of Node. */
export async function writeDocument(file, run, results) {
  const major = Number.parseInt(run.node.slice(1), 10);
  const sections = new Map([...sectionsOf(await readIfThere(file)), [major, renderSection(run, results)]]);
  const ordered = [...sections].toSorted(([left], [right]) => left - right);
  await writeFile(file, `${introduction}\n${ordered.map(([, text]) => text).join('\n')}\n${remarks}`);
}

function renderSection(run, results) {
  const load = run.load > run.cores ? ' The machine had other work, which widens the ranges.' : '';
  return `## Node ${Number.parseInt(run.node.slice(1), 10)}

${run.node}, ${run.cores} cores (${run.cpu}), ${run.system}; ${run.rounds} rounds of ${run.requests} requests.${load}

${renderTable(results)}
`;
}

function sectionsOf(text) {
  const found = text.matchAll(/^## Node (\d+)\n[\s\S]*?(?=\n## )/gm);
  return [...found].map(([section, major]) => [Number(major), section]);
}

async function readIfThere(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function alignedTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

const introduction = `# Benchmarks

What does a request to a plugin cost, compared with the same route on bare Fastify? One command measures it:

\`\`\`sh
${command}                 # all sizes, a few minutes
${command} -- --quick      # 1 and 10 plugins, under a minute
${command} -- --write      # puts the figures of the Node that runs it here
\`\`\`

Both servers have the same routes from the same files: every plugin five routes under a prefix of its own, on bare
Fastify as an encapsulated Fastify plugin. The load generator is another process with 32 keep-alive connections, and
spreads the requests over all plugins. It never sleeps while it waits: the kernel would bill waking it to the server, and
more often to the one that answers a little later. What counts is the CPU time of the server's process per request, user and
system, after a warm-up. Every round starts new processes and takes the servers in another order; figures are medians.

**Ratio** is the CPU time of bare Fastify divided by that of the plugin's route: 1.00 is "as cheap as bare Fastify",
higher is better. **Range** is the lowest and the highest ratio of a round. **Fastify with ALS** is the ratio of bare
Fastify in a process that has called \`AsyncLocalStorage.run\` once.
`;

const remarks = `## How to read this

- **Node 20 and 22 charge for asynchronous context.** The host marks plugin code with \`AsyncLocalStorage\`, so that an
  error in a timer or a promise can be traced to the plugin that made it. Before Node 24 this rests on \`async_hooks\`,
  and every promise of the process pays, also those of the host application. The last column is that price alone. An
  application that uses \`AsyncLocalStorage\` already, as tracing and many loggers do, has paid it before.
- **The rest is the price of routes that can go.** Fastify's router asks which route of which plugin a url means, and
  what that route needs; the route is counted until its response is closed and its handler has settled, and runs as the
  plugin's. Without sockets that is 0.7 to 1.0 µs of JavaScript a request (Node 24), 0.4 µs of it
  \`AsyncLocalStorage.run\`; with them 1 to 2.5 µs, and why it is more was not found out. A route with hooks, middleware, an
  error handler or a body limit of its own takes every step: 0.3 µs more, beside what its functions do.
- **The handlers do next to nothing.** The figures bound what the framework adds to a request; the more a handler does,
  the nearer the ratio comes to 1. They do not say how fast an application is.
- **No logger, no hooks of a plugin, no admin API, no WebSockets** on either side.
- **At 1,000 plugins** bare Fastify has become slower too: it has 5,000 routes in one tree, while a plugin is found by one
  look-up in a map.
- Figures of one run can be compared with each other, not with those of another machine or another day. Two processes
  of the same server differ by up to a tenth, by what V8 happened to inline; hence new processes for every round, and
  ranges that are wider than those of a benchmark that starts its servers once.
- All servers warm up \`process.nextTick\` before anything else. Without that, V8 of Node 24 gives some processes, bare
  Fastify's too, a version of it that adds about 3 µs to every request.
`;
