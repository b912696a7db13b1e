import type { ComponentType } from 'react';

/** A component of a plugin; it gets `plugin`, its name, and what the place gives that it is shown in. */
export type PluginComponent = ComponentType<never>;

/** A tab that a plugin adds. */
export interface PluginTab {
  readonly id: string;
  /** For people; the text of that key in `messages`, where there is one. */
  readonly label: string;
  readonly component: PluginComponent;
  /** Where it is added; default `plugin`, the plugin's own page in the panel. */
  readonly location?: string | undefined;
  /** Smaller ones come first; default 0. */
  readonly order?: number | undefined;
}

/** A page that a plugin adds. */
export interface PluginPage {
  /** Below the plugin: `/`, `/tickets/:id`, `/files/*`; parameters reach the component as `params`. */
  readonly path: string;
  readonly component: PluginComponent;
  /** For menus; pages without one are not listed there. */
  readonly label?: string | undefined;
  readonly order?: number | undefined;
}

/** What a plugin adds at a place that the application names. */
export interface PluginSlotEntry {
  readonly component: PluginComponent;
  /** Default: its position among those of the slot. */
  readonly id?: string | undefined;
  readonly label?: string | undefined;
  readonly order?: number | undefined;
}

/** A card for dashboards: an entry of the slot `dashboard`. */
export interface PluginWidget extends PluginSlotEntry {
  readonly id: string;
  readonly label: string;
}

/** Texts by language (`en`, `de-AT`) and key. */
export type PluginMessages = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the frontend of a plugin adds to a page. */
export interface PluginUI {
  readonly tabs?: readonly PluginTab[] | undefined;
  readonly routes?: readonly PluginPage[] | undefined;
  /** By name of the slot: one component, or entries. */
  readonly slots?: Readonly<Record<string, PluginComponent | readonly PluginSlotEntry[]>> | undefined;
  readonly widgets?: readonly PluginWidget[] | undefined;
  readonly messages?: PluginMessages | undefined;
  /** Called when nothing of the frontend is on the page any more, because it was disabled, turned off or replaced. */
  readonly onUnload?: (() => unknown) | undefined;
}

/** Says what a frontend adds; its module exports that as default. */
export function definePluginUI(ui: PluginUI): PluginUI {
  return ui;
}

/** The same by the name that frontends written for Catalyst use; further members are let be. */
export function createFrontendPlugin<UI extends PluginUI>(ui: UI): UI {
  return ui;
}
