import type {
  AdministratorRights,
  PluginDetail,
  PluginGraph,
  PluginOperation,
  PluginSummary,
} from '@catalyst-plugins/core/protocol';
import { pathOf, withQuery } from './paths.ts';
import { detailIn, listIn, objectIn, summariesIn } from './read-answer.ts';
import type {
  CascadeOptions,
  DisableOptions,
  GrantOptions,
  ReasonOptions,
  RequestOptions,
  RollbackOptions,
} from './request-options.ts';
import type { Transport } from './transport.ts';

/** What plugins there are, and commands on them. */
export interface CommandCalls {
  list(options?: RequestOptions): Promise<readonly PluginSummary[]>;
  get(name: string, options?: RequestOptions): Promise<PluginDetail>;
  enable(name: string, options?: GrantOptions & RequestOptions): Promise<PluginDetail>;
  /** Resolves when the calls in flight have ended. */
  disable(name: string, options?: DisableOptions & RequestOptions): Promise<PluginDetail>;
  /** Replaces the running generation by one from the folder; a failure leaves the old one serving. */
  reload(name: string, options?: GrantOptions & CascadeOptions & RequestOptions): Promise<PluginDetail>;
  /** Goes back to a release that ran before. */
  rollback(name: string, options?: RollbackOptions & RequestOptions): Promise<PluginDetail>;
  /** Deletes what a disabled plugin has stored, for good. */
  clearData(name: string, options?: ReasonOptions & RequestOptions): Promise<PluginDetail>;
  /** Who asks, and what they may do. */
  me(options?: RequestOptions): Promise<AdministratorRights>;
  /** Who needs whom. */
  graph(options?: RequestOptions): Promise<PluginGraph>;
  /** The commands that run and the latest that have ended, of all plugins or of one; `follow` tells each of their steps. */
  operations(plugin?: string, options?: RequestOptions): Promise<readonly PluginOperation[]>;
  /** How far one command is. */
  operation(id: string, options?: RequestOptions): Promise<PluginOperation>;
  /** Ends a drain now: the calls that are still in flight are cut. */
  forceOperation(id: string, options?: ReasonOptions & RequestOptions): Promise<PluginOperation>;
  /** Looks for new, repaired and removed plugin folders. */
  rescan(options?: ReasonOptions & RequestOptions): Promise<readonly PluginSummary[]>;
}

/** Makes the commands of a client. */
export function commandCalls({ call }: Transport): CommandCalls {
  const operation = (id: string): string => `/operations/${encodeURIComponent(id)}`;
  return {
    list: (options) => call(summariesIn, 'GET ', options),
    get: (name, options) => call(detailIn, `GET ${pathOf(name)}`, options),
    enable: (name, options) =>
      call(detailIn, `POST ${pathOf(name)}/enable`, { ...options, enabled: true } as RequestOptions),
    disable: (name, options) =>
      call(detailIn, `POST ${pathOf(name)}/enable`, { ...options, enabled: false } as RequestOptions),
    reload: (name, options) => call(detailIn, `POST ${pathOf(name)}/reload`, options),
    rollback: (name, options) => call(detailIn, `POST ${pathOf(name, 'rollback')}`, options),
    clearData: (name, options) => call(detailIn, `POST ${pathOf(name, 'data/clear')}`, options),
    me: (options) => call(objectIn<AdministratorRights>, 'GET /-/me', options),
    graph: (options) => call(objectIn<PluginGraph>, 'GET /graph', options),
    operations: (plugin, options) =>
      call(listIn<PluginOperation>, `GET ${withQuery('/operations', { plugin })}`, options),
    operation: (id, options) => call(objectIn<PluginOperation>, `GET ${operation(id)}`, options),
    forceOperation: (id, options) => call(objectIn<PluginOperation>, `POST ${operation(id)}/force`, options),
    rescan: (options) => call(summariesIn, 'POST /rescan', options),
  };
}
