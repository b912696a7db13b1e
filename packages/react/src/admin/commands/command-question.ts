import type { JsonObject, PluginPermission, PluginSummary } from '@catalyst-plugins/core/protocol';
import type { PluginApiError } from '../../client/plugin-api-error.ts';
import type { DisableOptions, GrantOptions, RollbackOptions } from '../../client/request-options.ts';

/** The commands that can come with a question. */
export type AskedCommand = 'enable' | 'disable' | 'reload' | 'rollback';

/** What a command is given besides the plugin. */
export type CommandOptions = GrantOptions & RollbackOptions & DisableOptions;

/** A plugin that would go too. */
export interface NamedDependant {
  readonly name: string;
}

/** A permission that nobody has decided about. */
export type AskedPermission = Pick<PluginPermission, 'permission' | 'description'>;

/** What has to be answered before a command is carried out. */
export type CommandQuestion =
  | { readonly kind: 'disable'; readonly plugin: PluginSummary; readonly dependants: readonly NamedDependant[] }
  | {
      readonly kind: 'cascade';
      readonly plugin: PluginSummary;
      readonly command: AskedCommand;
      readonly options: CommandOptions;
      readonly dependants: readonly NamedDependant[];
    }
  | {
      readonly kind: 'consent';
      readonly plugin: PluginSummary;
      readonly command: AskedCommand;
      readonly options: CommandOptions;
      readonly permissions: readonly AskedPermission[];
    };

/** The question that the server's refusal of a command comes down to, if an answer would help. */
export function questionAfter(
  plugin: PluginSummary,
  command: AskedCommand,
  { options, error }: { readonly options: CommandOptions; readonly error: PluginApiError },
): CommandQuestion | undefined {
  const { code, details } = error;
  if (code === 'CONSENT_REQUIRED' && options.grant === undefined)
    return { kind: 'consent', plugin, command, options, permissions: permissionsIn(details) };
  if (code !== 'DEPENDANTS_ACTIVE' || options.cascade === true) return undefined;
  const dependants = namesIn(details);
  return command === 'disable'
    ? { kind: 'disable', plugin, dependants }
    : { kind: 'cascade', plugin, command, options, dependants };
}

function namesIn(details: JsonObject | undefined): readonly NamedDependant[] {
  const listed = details?.['dependants'];
  return Array.isArray(listed) ? (listed as unknown as readonly NamedDependant[]) : [];
}

function permissionsIn(details: JsonObject | undefined): readonly AskedPermission[] {
  const listed = details?.['permissions'];
  return Array.isArray(listed) ? (listed as unknown as readonly AskedPermission[]) : [];
}
