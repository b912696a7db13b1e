import { PluginApiError } from '@catalyst-plugins/react';

/** The server is not there. */
export const unreachable = new PluginApiError('The server was not reached.', {
  code: 'NETWORK_FAILED',
  hint: 'Check that the server runs and that this page may reach it.',
});

/** Something answers that is no plugin host. */
export const misunderstood = new PluginApiError('The server answered with status 502: Bad Gateway.', {
  code: 'ANSWER_INVALID',
  status: 502,
  details: { said: 'Bad Gateway' },
});

/** The server is there, but not what it keeps things in. */
export const storeAway = new PluginApiError('The store does not answer.', {
  code: 'STORE_UNAVAILABLE',
  status: 503,
  hint: 'Check the database; the host tries again by itself.',
  requestId: 'req-7f',
});

/** A command came to nothing. */
export const hookFailed = new PluginApiError('onEnable of plugin "accounts" failed: the port 636 is taken.', {
  code: 'HOOK_FAILED',
  status: 500,
  hint: 'Read the cause; it is an error thrown by the plugin itself.',
  requestId: 'req-81',
});
