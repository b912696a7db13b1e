import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { AdminEndpoint } from './admin-endpoint.ts';
import { auditExports } from './audit-export.ts';
import { auditSchemas } from './audit-schemas.ts';

/** The endpoints for the audit log. */
export const auditEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: '/audit',
    permission: 'plugins.read',
    summary: 'Read the audit log, newest first',
    query: auditSchemas.query,
    answer: auditSchemas.records,
    run: async ({ host, query }) => ({
      success: true,
      data: await host.audit(query as z.output<typeof auditSchemas.query>),
    }),
  },
  {
    method: 'GET',
    path: '/audit/export',
    permission: 'plugins.read',
    summary: 'Get the audit log as a file, newest first',
    query: auditSchemas.exportQuery,
    answerHeaders: { 'Content-Disposition': 'The name of the file.' },
    answer: {
      mediaTypes: {
        [auditExports.csv.mediaType]: {
          description: 'One line for each entry (RFC 4180).',
          example:
            'id,at,plugin,type,result,actor,reason,data\r\n7,2026-01-01T00:00:00.000Z,tickets,plugin:disabled,ok,ana,,{}\r\n',
        },
        [auditExports.ndjson.mediaType]: {
          description: 'One JSON object on each line.',
          example: '{"id":"7","plugin":"tickets","type":"plugin:disabled","actor":"ana"}\n',
        },
      },
    },
    run: ({ host, query, setHeader }) => {
      const { format, ...wanted } = query as z.output<typeof auditSchemas.exportQuery>;
      const { mediaType, write } = auditExports[format];
      setHeader('content-type', mediaType);
      setHeader('content-disposition', `attachment; filename="audit.${format}"`);
      return Readable.from(write(host.exportAudit(wanted)), { objectMode: false });
    },
  },
];
