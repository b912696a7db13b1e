/**
 * What events carry, for the compiler. Whoever emits an event merges it in, and its listeners get the type:
 * `declare module '@catalyst-plugins/core' { interface PluginEvents { 'ticket:opened': { id: string } } }`.
 * Events that are not in it carry `unknown`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- declaration merging needs an interface
export interface PluginEvents {}

/** The payload of an event. */
export type PluginEventPayload<Event> = Event extends keyof PluginEvents ? PluginEvents[Event] : unknown;

/** What is emitted beside the name: the payload of a known event, anything or nothing for others. */
export type PluginEventData<Event> = Event extends keyof PluginEvents
  ? undefined extends PluginEvents[Event]
    ? [data?: PluginEvents[Event]]
    : [data: PluginEvents[Event]]
  : [data?: unknown];
