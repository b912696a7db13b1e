'use client';

import { createContext, type ReactNode } from 'react';
import type { FrontendError } from './frontend-error.ts';

/** What is wrong with the frontend of a plugin, and what can be done about it. */
export interface FrontendProblem {
  readonly plugin: string;
  readonly error: FrontendError;
  readonly retry: () => void;
  /** Takes the frontend off this page. */
  readonly turnOff: () => void;
}

/** What is shown instead of something of a plugin that has failed. */
export type ShowFrontendProblem = (problem: FrontendProblem) => ReactNode;

/** Carries what an application shows around. */
export const FrontendProblemContext = createContext<ShowFrontendProblem | undefined>(undefined);
