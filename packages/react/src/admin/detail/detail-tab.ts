import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ComponentType } from 'react';
import type { AdminMessages } from '../text/admin-messages.ts';

/** What a tab is shown for. */
export interface DetailTabProps {
  readonly plugin: PluginSummary;
}

/** One part of a plugin's page, with an address of its own. */
export interface DetailTab {
  readonly id: string;
  readonly title: (messages: AdminMessages) => string;
  readonly Content: ComponentType<DetailTabProps>;
}
