import type { z } from 'zod';
import { ofPlugin, type AdminCall, type AdminEndpoint } from './admin-endpoint.ts';
import { logSchemas } from './log-schemas.ts';

const ndjson = 'application/x-ndjson';

/** Endpoints about what plugins logged. */
export const logEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: `${ofPlugin}/logs`,
    permission: 'plugins.read',
    summary: 'Read the latest lines that a plugin logged, or that the host logged about it',
    query: logSchemas.query,
    requestHeaders: { accept: `\`${ndjson}\` is the same as \`?format=ndjson\`.` },
    answer: logSchemas.lines,
    run: readLogs,
  },
  {
    method: 'GET',
    path: `${ofPlugin}/errors`,
    permission: 'plugins.read',
    summary: 'List the errors of a plugin since the host started, equal ones together',
    answer: logSchemas.errors,
    run: ({ host, params: { name = '' } }) => ({ success: true, data: host.logs.errors(name) }),
  },
  {
    method: 'GET',
    path: `${ofPlugin}/log-level`,
    permission: 'plugins.read',
    summary: 'Read from which level on lines of a plugin are kept',
    answer: logSchemas.level,
    run: ({ host, params: { name = '' } }) => ({ success: true, data: host.logs.level(name) }),
  },
  {
    method: 'PUT',
    path: `${ofPlugin}/log-level`,
    permission: 'plugins.write',
    summary: 'Keep and write lines of a plugin from another level on, for a time',
    body: logSchemas.levelBody,
    answer: logSchemas.level,
    run: ({ host, by, params: { name = '' }, body }) => {
      const { level, forMs } = body as z.output<typeof logSchemas.levelBody>;
      return { success: true, data: host.logs.setLevel(name, level, { ...by, forMs }) };
    },
  },
];

function readLogs({ host, params: { name = '' }, query, header, setHeader }: AdminCall): unknown {
  const { format, ...asked } = query as z.output<typeof logSchemas.query>;
  const isDownload = format === 'ndjson' || (format === undefined && header('accept')?.includes(ndjson) === true);
  if (!isDownload) {
    const { lines: data, hasMore, dropped } = host.logs.read(name, asked);
    return { success: true, data, hasMore, dropped };
  }
  const { lines } = host.logs.read(name, { limit: Number.MAX_SAFE_INTEGER, ...withoutAbsent(asked) });
  setHeader('content-type', `${ndjson}; charset=utf-8`);
  setHeader('content-disposition', `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}-log.ndjson"`);
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function withoutAbsent<Members extends object>(members: Members): Partial<Members> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<Members>;
}
