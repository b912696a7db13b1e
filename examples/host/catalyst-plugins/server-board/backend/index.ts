import { definePlugin, type PluginContext } from '@catalyst-plugins/core';
import { toRow, type BoardRow, type PanelServer } from './board-row.ts';

interface PanelDatabase {
  readonly server: {
    findMany(query: object): Promise<PanelServer[]>;
    count(query?: object): Promise<number>;
  };
}

interface BoardQuery {
  readonly status?: string;
  readonly page: number;
}

/** One page of the board, newest status first. */
async function readPage(
  ctx: PluginContext,
  { status, page }: BoardQuery,
): Promise<{ rows: BoardRow[]; total: number }> {
  const { server } = ctx.db as unknown as PanelDatabase;
  const take = ctx.getConfig<number>('pageSize');
  const where = status === undefined ? {} : { status };
  const servers = await server.findMany({
    where,
    include: { owner: true },
    orderBy: { name: 'asc' },
    take,
    skip: (page - 1) * take,
  });
  return { rows: servers.map(toRow), total: await server.count({ where }) };
}

export default definePlugin({
  onLoad(ctx) {
    ctx.registerRoute({
      method: 'GET',
      url: 'servers',
      schema: {
        querystring: {
          type: 'object',
          properties: {
            status: { type: 'string', enum: ['online', 'offline'] },
            page: { type: 'integer', minimum: 1, default: 1 },
          },
        },
      },
      handler: async (request) => ({ success: true, ...(await readPage(ctx, request.query as BoardQuery)) }),
    });
  },

  onEnable(ctx) {
    ctx.on('server:started', (data) => {
      ctx.sendWebSocketMessage('*', { type: 'server-board:changed', data: data as { name: string } });
    });
  },
});
