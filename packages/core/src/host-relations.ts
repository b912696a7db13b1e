import { PluginGrants } from './capabilities/permissions/plugin-grants.ts';
import { DependencyNews, type DependencyNewsOptions } from './lifecycle/dependency-news.ts';
import type { PluginSupervisor } from './lifecycle/plugin-supervisor.ts';
import type { SafeMode } from './lifecycle/safe-mode.ts';
import { PluginRelations } from './lifecycle/plugin-relations.ts';
import type { HostAudit } from './operations/host-audit.ts';
import { PluginConsent, type ConsentRule } from './operations/plugin-consent.ts';
import type { PluginGrantCommands } from './plugin-host.ts';

export interface HostRelationsOptions extends DependencyNewsOptions {
  readonly audit: HostAudit;
  readonly rule: ConsentRule;
  readonly safeMode: SafeMode;
  /** Throws when there is no such plugin, or the host is closed. */
  readonly find: (plugin: string) => PluginSupervisor;
}

/** The parts of a host that know what plugins have to do with each other and with the administrator. */
export interface HostRelations {
  readonly relations: PluginRelations;
  readonly grants: PluginGrants;
  readonly consent: PluginConsent;
  readonly grantCommands: PluginGrantCommands;
}

/** Puts those parts together. */
export function hostRelations(options: HostRelationsOptions): HostRelations {
  const { registry, journal, audit, rule, find, safeMode } = options;
  const grants = new PluginGrants({
    asked: (plugin) => registry.get(plugin)?.running.flatMap(({ release }) => release.manifest.permissions) ?? [],
    undecided: rule === 'never',
  });
  const onChange = (): void => relations.reconsider();
  const consent = new PluginConsent({ rule, grants, journal, find, onChange });
  const relations = new PluginRelations({ registry, consent, news: new DependencyNews(options), safeMode });
  const grantCommands: PluginGrantCommands = {
    describe: (name) => consent.describe(name),
    change: (name, change, command = {}) => {
      const { actor = 'host', operationId: operation, reason, request } = command;
      return audit.follow({ ...command, type: 'plugin:grants-failed', plugin: name }, () =>
        consent.change(name, change, { actor, trace: { operation, reason, request } }),
      );
    },
  };
  return { relations, grants, consent, grantCommands };
}
