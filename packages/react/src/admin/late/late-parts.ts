'use client';

import { createContext, useContext, type ComponentType } from 'react';

/** Gets the code of a part of the panel; always the same function for the same part. */
export type LoadPart<Props> = () => Promise<ComponentType<Props>>;

/** The parts of one panel whose code is loaded when they are first needed, as far as it has come. */
export class LateParts {
  readonly #parts = new Map<unknown, unknown>();

  /** A part, if its code is here. */
  get<Props>(load: LoadPart<Props>): ComponentType<Props> | undefined {
    return this.#parts.get(load) as ComponentType<Props> | undefined;
  }

  /** Resolves when the code of a part is here; rejects when it cannot be had. */
  async load(load: () => Promise<unknown>): Promise<void> {
    if (!this.#parts.has(load)) this.#parts.set(load, await load());
  }

  /** Begins to load what may be shown next. What goes wrong is told when it is shown. */
  prepare(loads: readonly (() => Promise<unknown>)[]): void {
    for (const load of loads) void this.load(load).catch(() => undefined);
  }
}

/** Carries the parts of a panel around. */
export const LatePartsContext = createContext<LateParts | undefined>(undefined);

/** The parts of the panel, for those that show one. */
export function useLateParts(): LateParts {
  const parts = useContext(LatePartsContext);
  if (!parts) throw new Error('Parts of the panel are shown inside of <PluginAdmin>.');
  return parts;
}
