import { PluginError, type ConfigOptions, type JsonObject } from '@catalyst-plugins/core';
import type { z } from 'zod';
import { detailOf, done, ofPlugin, type AdminCall, type AdminEndpoint } from './admin-endpoint.ts';
import { adminSchemas } from './admin-schemas.ts';
import { configSchemas } from './config-schemas.ts';

const revisionTag = { ETag: 'The revision of the settings, in quotes.' };
const onlyAtRevision = { 'If-Match': 'Saves only while the settings are at this revision; `*` is any.' };

/** The endpoints for the settings of plugins. */
export const configEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: `${ofPlugin}/config`,
    permission: 'plugins.read',
    summary: 'Read the settings of a plugin and all that is needed to edit them',
    answerHeaders: revisionTag,
    answer: configSchemas.state,
    run: (call) => {
      const state = call.host.config.state(nameOf(call));
      call.setHeader('etag', `"${state.revision}"`);
      return { success: true, data: state };
    },
  },
  {
    method: 'PUT',
    path: '/:name/config',
    permission: 'plugins.write',
    summary: 'Change settings of a plugin; those left out stay',
    requestHeaders: onlyAtRevision,
    answerHeaders: revisionTag,
    body: configSchemas.body,
    answer: adminSchemas.configured,
    run: async (call) => {
      const { config } = call.body as z.output<typeof configSchemas.body>;
      await call.host.config.update(nameOf(call), config as JsonObject, optionsOf(call));
      return configured(call);
    },
  },
  {
    method: 'GET',
    path: `${ofPlugin}/config/revisions`,
    permission: 'plugins.read',
    summary: 'List what was saved, the latest first',
    query: configSchemas.revisionsQuery,
    answer: configSchemas.revisions,
    run: async (call) => {
      const query = call.query as z.output<typeof configSchemas.revisionsQuery>;
      return { success: true, data: await call.host.config.revisions(nameOf(call), query as never) };
    },
  },
  {
    method: 'POST',
    path: `${ofPlugin}/config/test`,
    permission: 'plugins.write',
    summary: 'Say what would come of a change, without making it',
    body: configSchemas.testBody,
    answer: configSchemas.test,
    run: async (call) => {
      const { config } = call.body as z.output<typeof configSchemas.testBody>;
      return { success: true, data: await call.host.config.test(nameOf(call), config as JsonObject) };
    },
  },
  {
    method: 'POST',
    path: `${ofPlugin}/config/restore`,
    permission: 'plugins.write',
    summary: 'Store the values of a revision again, all of them; 0 is the empty one',
    requestHeaders: onlyAtRevision,
    answerHeaders: revisionTag,
    body: configSchemas.restoreBody,
    answer: adminSchemas.configured,
    run: async (call) => {
      const { revision } = call.body as z.output<typeof configSchemas.restoreBody>;
      await call.host.config.restore(nameOf(call), revision, optionsOf(call));
      return configured(call);
    },
  },
];

function nameOf({ params: { name = '' } }: AdminCall): string {
  return name;
}

function optionsOf(call: AdminCall): ConfigOptions {
  return { ...call.by, expectedRevision: revisionOf(call.header('if-match')) };
}

/** The revision that `If-Match` names; `undefined` for any. */
function revisionOf(given: string | undefined): number | undefined {
  if (given === undefined || given.trim() === '*') return undefined;
  const [, quoted, bare] = /^\s*(?:"(\d{1,15})"|(\d{1,15}))\s*$/.exec(given) ?? [];
  const revision = quoted ?? bare;
  if (revision !== undefined) return Number(revision);
  throw new PluginError('REQUEST_INVALID', 'If-Match is to be one revision, for example "7", or *.');
}

function configured(call: AdminCall): object {
  call.setHeader('etag', `"${detailOf(call).configRevision}"`);
  return done(call, 'configured');
}
