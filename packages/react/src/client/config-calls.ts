import type {
  ConfigTest,
  JsonObject,
  PluginConfigRevision,
  PluginConfigState,
  PluginDetail,
  PluginPermissions,
} from '@catalyst-plugins/core/protocol';
import { pathOf, withQuery } from './paths.ts';
import { detailIn, listIn, objectIn } from './read-answer.ts';
import type { ConfigRequestOptions, GrantChange, RequestOptions, RevisionsQuery } from './request-options.ts';
import type { CallHeaders, Transport } from './transport.ts';

/** What administrators decide about a plugin: settings and permissions. */
export interface ConfigCalls {
  /** Changes some settings; the others stay. */
  updateConfig(name: string, config: JsonObject, options?: ConfigRequestOptions): Promise<PluginDetail>;
  /** The settings of a plugin, and all that is needed to edit them. */
  config(name: string, options?: RequestOptions): Promise<PluginConfigState>;
  /** What was saved, the latest first. */
  configRevisions(name: string, query?: RevisionsQuery & RequestOptions): Promise<readonly PluginConfigRevision[]>;
  /** Asks what would come of a change, without making it. */
  testConfig(name: string, config: JsonObject, options?: RequestOptions): Promise<ConfigTest>;
  /** Saves what was saved at an earlier revision again. */
  restoreConfig(name: string, to: number, options?: ConfigRequestOptions): Promise<PluginDetail>;
  /** What the plugin asks for, and what it was granted. */
  permissions(name: string, options?: RequestOptions): Promise<PluginPermissions>;
  /** Grants and revokes permissions; what is not named stays. */
  changeGrants(name: string, change: GrantChange, options?: RequestOptions): Promise<void>;
}

/** Makes the part of a client that is about settings and permissions. */
export function configCalls({ call }: Transport): ConfigCalls {
  return {
    updateConfig: (name, config, options) =>
      call(detailIn, `PUT ${pathOf(name)}/config`, ...change({ config }, options)),
    config: (name, options) => call(objectIn<PluginConfigState>, `GET ${pathOf(name, 'config')}`, options),
    configRevisions: (name, query) =>
      call(listIn<PluginConfigRevision>, `GET ${withQuery(pathOf(name, 'config/revisions'), query)}`, query),
    testConfig: (name, config, options) =>
      call(objectIn<ConfigTest>, `POST ${pathOf(name, 'config/test')}`, ...change({ config }, options)),
    restoreConfig: (name, to, options) =>
      call(detailIn, `POST ${pathOf(name, 'config/restore')}`, ...change({ revision: to }, options)),
    permissions: (name, options) => call(objectIn<PluginPermissions>, `GET ${pathOf(name, 'grants')}`, options),
    changeGrants: (name, grants, options) =>
      call(() => undefined, `PUT ${pathOf(name, 'grants')}`, ...change(grants, options)),
  };
}

/** A change with what it was made from, so that the server can refuse one of another revision. */
function change(body: object, { revision, ...options }: ConfigRequestOptions = {}): [RequestOptions, CallHeaders] {
  return [{ ...options, ...body }, revision === undefined ? {} : { 'if-match': `"${revision}"` }];
}
