import type { ComponentType } from 'react';
import { isObject } from '../client/read-answer.ts';
import { messageIn } from './message-in.ts';
import type { PluginMessages } from './plugin-ui.ts';

/** Something that a plugin shows at some place of the page. */
export interface PluginContribution {
  /** Another one for each contribution, and for each release of the plugin. */
  readonly key: string;
  readonly plugin: string;
  readonly kind: 'tab' | 'route' | 'slot';
  /** The location of a tab, the whole path of a page (`/<plugin>/…`), or the name of a slot. */
  readonly place: string;
  readonly id: string;
  /** For people; empty where the plugin gives none. */
  readonly label: string;
  readonly order: number;
  readonly component: ComponentType<PluginViewProps>;
}

/** What every component of a plugin is given. */
export interface PluginViewProps {
  readonly plugin: string;
  readonly [given: string]: unknown;
}

/** A frontend as it is used. */
export interface ReadPluginUI {
  readonly contributions: readonly PluginContribution[];
  readonly messages: PluginMessages;
  readonly onUnload: (() => unknown) | undefined;
}

/** What the contributions belong to. */
export interface FrontendOf {
  readonly plugin: string;
  readonly hash: string;
}

const slotOfWidgets = 'dashboard';

/**
 * Reads what a module exports: a frontend as default, or its members by name, as frontends for Catalyst do. Throws a
 * sentence about what is wrong with it.
 */
export function readPluginUI(module: object, of: FrontendOf): ReadPluginUI {
  const given: unknown = Reflect.get(module, 'default');
  const ui = isObject(given) ? { ...module, ...given } : { ...module };
  const { tabs, routes, slots, widgets, messages, onUnload } = ui as Readonly<Record<string, unknown>>;
  if ([tabs, routes, slots, widgets, onUnload].every((member) => member === undefined))
    throw new TypeError('it exports neither a frontend as default nor tabs, routes, slots or widgets');
  if (onUnload !== undefined && typeof onUnload !== 'function') throw new TypeError('onUnload is no function');
  const texts = isObject(messages) ? (messages as PluginMessages) : {};
  const read = new Reader(of, texts);
  return {
    contributions: [
      ...listOf(tabs, 'tabs').map((tab, at) => read.entry('tab', textOf(tab['location']) || 'plugin', tab, at)),
      ...listOf(routes, 'routes').map((page, at) => read.entry('route', pathOf(of.plugin, page), page, at)),
      ...slotEntries(slots).map(({ slot, entry, at }) => read.entry('slot', slot, entry, at)),
      ...listOf(widgets, 'widgets').map((widget, at) => read.entry('slot', slotOfWidgets, widget, at)),
    ],
    messages: texts,
    onUnload: onUnload as (() => unknown) | undefined,
  };
}

type Entry = Readonly<Record<string, unknown>>;

class Reader {
  readonly #of: FrontendOf;
  readonly #messages: PluginMessages;

  constructor(of: FrontendOf, messages: PluginMessages) {
    this.#of = of;
    this.#messages = messages;
  }

  entry(kind: PluginContribution['kind'], place: string, entry: Entry, at: number): PluginContribution {
    const { plugin, hash } = this.#of;
    const component = entry['component'] ?? entry['Component'];
    if (!isComponent(component)) throw new TypeError(`${kind} ${at + 1} for "${place}" has no component`);
    const id = textOf(entry['id']) || textOf(entry['path']) || String(at);
    const label = textOf(entry['label']) || textOf(entry['title']) || textOf(entry['name']);
    return {
      key: `${plugin}@${hash}/${kind}/${place}/${id}`,
      plugin,
      kind,
      place,
      id,
      label: messageIn(this.#messages, label) ?? (label || (kind === 'tab' ? id : '')),
      order: typeof entry['order'] === 'number' ? entry['order'] : 0,
      component: component as ComponentType<PluginViewProps>,
    };
  }
}

function slotEntries(slots: unknown): { slot: string; entry: Entry; at: number }[] {
  if (slots === undefined) return [];
  if (!isObject(slots)) throw new TypeError('slots is no object');
  return Object.entries(slots).flatMap(([slot, given]) => {
    const entries = Array.isArray(given)
      ? listOf(given, `slots.${slot}`)
      : [isComponent(given) ? { component: given } : {}];
    return entries.map((entry, at) => ({ slot, entry, at }));
  });
}

function listOf(given: unknown, name: string): readonly Entry[] {
  if (given === undefined) return [];
  if (Array.isArray(given) && given.every(isObject)) return given;
  throw new TypeError(`${name} is no list of objects`);
}

function pathOf(plugin: string, page: Entry): string {
  return `/${plugin}/${textOf(page['path']).replace(/^\/+|\/+$/g, '')}`.replace(/\/$/, '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Functions and classes, and what `memo`, `lazy` and `forwardRef` return. */
function isComponent(value: unknown): boolean {
  return typeof value === 'function' || (isObject(value) && '$$typeof' in value && !('props' in value));
}
