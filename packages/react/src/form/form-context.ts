'use client';

import { createContext, useContext } from 'react';
import { englishFormMessages, type FormMessages } from './form-messages.ts';

/** What all fields of a form share. */
export interface FormContextValue {
  /** Begins every id of the form. */
  readonly id: string;
  /** What is wrong, by JSON pointer. */
  readonly errors: ReadonlyMap<string, string>;
  /** What the environment decides: keys, with dots for members. */
  readonly locked: readonly { readonly key: string; readonly variable: string }[];
  readonly messages: FormMessages;
}

/** Carries what fields share around. */
export const FormContext = createContext<FormContextValue>({
  id: 'pk',
  errors: new Map(),
  locked: [],
  messages: englishFormMessages,
});

/** What all fields of a form share, for its parts. */
export function useForm(): FormContextValue {
  return useContext(FormContext);
}
