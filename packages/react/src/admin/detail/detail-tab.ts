import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { ComponentType } from 'react';
import type { LoadPart } from '../late/late-parts.ts';
import type { AdminMessages } from '../text/admin-messages.ts';

/** What a tab is shown for. */
export interface DetailTabProps {
  readonly plugin: PluginSummary;
}

/** One part of a plugin's page, with an address of its own. */
export interface DetailTab {
  readonly id: string;
  readonly title: (messages: AdminMessages) => string;
}

/** A tab that every plugin has; its code is loaded when it is first shown. */
export interface OwnTab extends DetailTab {
  readonly load: LoadPart<DetailTabProps>;
}

/** A tab that a plugin brings. */
export interface FrontendTab extends DetailTab {
  readonly Content: ComponentType;
}
