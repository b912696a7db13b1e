import type { Release } from '../manifest/release.ts';
import type { PluginData } from '../ports/data-transaction.ts';
import type { Logger } from '../ports/logger.ts';
import type { CallGate } from '../scope/call-gate.ts';
import type { LineKeeper } from './line-keeper.ts';
import type { Scope } from '../scope/scope.ts';

/** What a capability knows of the generation it serves. */
export interface CapabilitySession {
  readonly release: Release;
  /** Stays the same from the plugin's first discovery to its removal. */
  readonly installId: string;
  /** Number of the generation, from 1, never used twice in one process. */
  readonly generation: number;
  readonly scope: Scope;
  readonly gate: CallGate;
  /** Writes lines that name plugin and generation. */
  readonly logger: Logger;
  /** Keeps lines that are written for the generation in other ways than by `logger`. */
  readonly keeper: LineKeeper;
  /** What the plugin keeps. Its members are to be asked for at each call: they change while data is migrated. */
  readonly data: PluginData;
}

/** One ability that plugins get; its slice becomes part of their context. */
export interface Capability<Slice extends object = object> {
  readonly name: string;
  /** Called once for each generation; whatever the slice registers goes into the scope of the session. */
  create(session: CapabilitySession): Slice;
}

type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (member: infer All) => void
  ? All
  : never;

/** The context that a list of capabilities makes: the sum of their slices. */
export type ContextOf<Capabilities extends readonly Capability[]> = Intersection<
  ReturnType<Capabilities[number]['create']>
>;

/** Makes the context of one generation. Functions in it work without `this`, so plugins may take it apart. */
export function buildContext<const Capabilities extends readonly Capability[]>(
  capabilities: Capabilities,
  session: CapabilitySession,
): ContextOf<Capabilities> {
  const context = {};
  for (const capability of capabilities) {
    Object.defineProperties(context, Object.getOwnPropertyDescriptors(capability.create(session)));
  }
  return context as ContextOf<Capabilities>;
}
