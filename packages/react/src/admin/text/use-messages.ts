'use client';

import { createContext, useContext } from 'react';
import type { AdminMessages } from './admin-messages.ts';
import { englishMessages } from './english-messages.ts';

/** Carries the language of the panel around. */
export const AdminMessagesContext = createContext<AdminMessages>(englishMessages);

/** The words of the panel in its language, for what an application puts beside its parts. */
export function useMessages(): AdminMessages {
  return useContext(AdminMessagesContext);
}
