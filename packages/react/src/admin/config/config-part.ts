import type { PluginConfigState, PluginSummary } from '@catalyst-plugins/core/protocol';
import type { FormField } from '../../form/form-field.ts';
import type { PluginConfigView } from '../../use-plugin-config.ts';

/** What every part of the settings of a plugin is shown for. */
export interface ConfigPartProps {
  readonly plugin: PluginSummary;
  readonly config: PluginConfigView;
  readonly state: PluginConfigState;
  readonly fields: readonly FormField[];
}
