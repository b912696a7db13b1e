import { countRequests } from './lib/request-counter.js';

/** Shows every ability that a plugin has. Each hook gets the same context. */
const plugin = {
  /** Runs when the plugin is loaded: what is registered here lives until it is unloaded. */
  async onLoad(ctx) {
    this.startedAt = Date.now();
    this.requests = await countRequests(ctx);

    // Middleware runs before every route of this plugin.
    ctx.registerMiddleware(async (request) => {
      this.requests.add();
      if (ctx.getConfig('logRequests')) ctx.logger.info({ method: request.method, url: request.url }, 'request');
    });

    ctx.registerRoute({
      method: 'GET',
      url: '/hello',
      handler: async () => {
        const greeting = ctx.getConfig('greeting');
        ctx.emitTyped('example:greeted', { greeting, count: this.requests.total() });
        return { success: true, message: greeting, plugin: ctx.manifest.name, version: ctx.manifest.version };
      },
    });

    ctx.registerRoute({
      method: 'POST',
      url: '/echo',
      schema: { body: { type: 'object', additionalProperties: true } },
      preHandler: async (request, reply) => {
        const keys = Object.keys(request.body).length;
        if (keys > ctx.getConfig('maxEchoKeys'))
          return reply.code(413).send({ success: false, error: `${keys} keys are too many.` });
      },
      handler: async (request) => ({ success: true, echo: request.body, timestamp: new Date().toISOString() }),
    });

    ctx.registerRoute({
      method: 'GET',
      url: '/stats',
      handler: async () => ({
        success: true,
        data: {
          requests: this.requests.total(),
          greetings: this.greetings ?? 0,
          serversStarted: (await ctx.getStorage('serversStarted')) ?? 0,
          servers: await ctx.db.server.count(),
          lastCheck: await ctx.getStorage('lastCheck'),
          uptimeMs: Date.now() - this.startedAt,
        },
      }),
    });

    // Who is signed in is for the host to say; the example host goes by tokens.
    ctx.registerRoute({
      method: 'GET',
      url: '/me',
      handler: async (request) => ({ success: true, user: ctx.getUserId(request) ?? null }),
    });
  },

  /** Runs when the plugin is enabled: what is registered here lives until it is disabled. */
  async onEnable(ctx) {
    // Messages { "type": "ping" } or { "type": "plugin:example-plugin:ping" } over the WebSocket.
    ctx.onWebSocketMessage('ping', (data, clientId) => {
      ctx.sendWebSocketMessage(clientId, {
        type: 'pong',
        data: { received: data ?? null, at: new Date().toISOString() },
      });
    });

    // Every five minutes.
    ctx.scheduleTask(
      '*/5 * * * *',
      async () => {
        await ctx.setStorage('lastCheck', { at: new Date().toISOString(), servers: await ctx.db.server.count() });
        await this.requests.save();
      },
      { name: 'check' },
    );

    // An event of the host, and one of this plugin itself.
    ctx.on('server:started', async ({ name }) => {
      ctx.logger.info({ server: name }, 'a server was started');
      await ctx.setStorage('serversStarted', ((await ctx.getStorage('serversStarted')) ?? 0) + 1);
    });
    ctx.on('example:greeted', () => {
      this.greetings = (this.greetings ?? 0) + 1;
    });
    ctx.logger.info('enabled');
  },

  /** Runs after settings were saved; getConfig has the new values already. */
  async onConfigChange(ctx, { keys }) {
    ctx.logger.info({ keys }, 'settings changed');
  },

  /** Asked before a reload goes live: whether this generation can serve. When it throws, the old one goes on. */
  async health(ctx) {
    await ctx.db.server.count();
    return { status: 'healthy' };
  },

  /** Runs when the plugin was taken off and its requests have ended. */
  async onDisable(ctx) {
    await this.requests.save();
    ctx.logger.info('disabled');
  },

  /** Runs before the plugin is dropped from memory. */
  async onUnload(ctx) {
    ctx.logger.info('unloaded');
  },
};

export default plugin;
