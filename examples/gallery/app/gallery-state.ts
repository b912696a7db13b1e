import type { PluginApiError } from '@catalyst-plugins/react';
import type { MockClient, MockData } from '@catalyst-plugins/react/testing';
import type { ComponentType } from 'react';
import type { Hands } from './hands.ts';

/** A function of the client that can be refused or kept waiting. */
export type ClientMethod = Parameters<MockClient['hold']>[0];

/** A call that does not succeed. */
export interface Refusal {
  readonly method: ClientMethod;
  readonly error: PluginApiError;
  /** Whether only the first call fails. */
  readonly once?: boolean;
}

/** One state of the panel, or of a part of it, with an address of its own. */
export interface GalleryState {
  /** Its address. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** What the server has. */
  readonly data?: MockData;
  /** Where the panel is; default: the list. */
  readonly path?: string;
  readonly refusals?: readonly Refusal[];
  /** Calls that are not answered. */
  readonly held?: readonly ClientMethod[];
  /** What is there as soon as the state is, as a selector; those of the panel do not depend on the language. */
  readonly shows: string;
  /** What somebody does then. */
  readonly act?: (hands: Hands) => Promise<void>;
  /** Shown instead of the panel. */
  readonly View?: ComponentType;
  /** What a plugin says in its own view; no text of the panel. */
  readonly words?: readonly string[];
  /** What the browser's console is told on purpose. */
  readonly tells?: RegExp;
}
