import { z } from 'zod';
import { ofPlugin, type AdminCall, type AdminEndpoint } from './admin-endpoint.ts';

const answer = z.object({
  success: z.literal(true),
  data: z.looseObject({
    at: z.iso.datetime(),
    versions: z.record(z.string(), z.string()),
    process: z.record(z.string(), z.unknown()),
    host: z.record(z.string(), z.unknown()),
    options: z.record(z.string(), z.unknown()),
    plugins: z.array(z.record(z.string(), z.unknown())),
  }),
});

const answerHeaders = { 'content-disposition': 'Browsers save the answer as a file.' };

/** Endpoints that hand out what is needed to find out what is wrong. */
export const diagnosticsEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: '/diagnostics',
    permission: 'plugins.read',
    summary: 'Download what is needed to find out what is wrong, without secrets',
    answer,
    answerHeaders,
    run: (call) => bundle(call, undefined),
  },
  {
    method: 'GET',
    path: `${ofPlugin}/diagnostics`,
    permission: 'plugins.read',
    summary: 'Download what is needed to find out what is wrong with one plugin, without secrets',
    answer,
    answerHeaders,
    run: (call) => bundle(call, call.params.name),
  },
];

async function bundle({ host, by, setHeader }: AdminCall, name: string | undefined): Promise<unknown> {
  const data = await host.diagnostics(name, by);
  const when = data.at.slice(0, 19).replaceAll(':', '-');
  const about = (name ?? 'plugins').replaceAll(/[^\w.-]/g, '_');
  setHeader('content-disposition', `attachment; filename="${about}-diagnostics-${when}.json"`);
  return { success: true, data };
}
