'use client';

import { useEffect, useState } from 'react';
import { focusFirstError } from '../../form/field-errors.ts';
import { usePluginActions } from '../../use-plugin-actions.ts';
import { useAnnounce } from '../announcer.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';
import type { ConfigPartProps } from './config-part.ts';
import type { UnreadText } from './use-unread-text.ts';

/** What can be done with a draft as a whole. */
export interface ConfigDraftActions {
  /** Another one means that what was typed is given up. */
  readonly generation: number;
  readonly isReviewing: boolean;
  /** Asks the server what it thinks, then the user. */
  readonly review: () => Promise<void>;
  readonly save: () => Promise<void>;
  readonly discard: () => void;
  readonly close: () => void;
}

interface UsedConfigDraft extends ConfigPartProps {
  readonly unread: UnreadText;
}

/** Takes a draft from being typed to being saved, and the focus to what is wrong with it. */
export function useConfigDraft({ plugin, config, unread }: UsedConfigDraft): ConfigDraftActions {
  const { config: words, commands } = useMessages();
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const { dismiss } = usePluginActions(plugin.name);
  const { form, forget } = unread;
  const [isReviewing, setReviewing] = useState(false);
  const [generation, setGeneration] = useState(0);
  const [refusals, setRefusals] = useState(0);
  const [saves, setSaves] = useState(0);
  useEffect(() => {
    if (refusals > 0) focusFirstError(form.current);
  }, [form, refusals]);
  useEffect(() => {
    // where the field that had it is gone
    const isLost = document.activeElement === document.body;
    if (saves > 0 && isLost) focusSubmit(form.current);
  }, [form, saves]);
  const refuse = (text: string): void => {
    announce(text);
    setRefusals((count) => count + 1);
  };
  return {
    generation,
    isReviewing,
    close: () => setReviewing(false),
    discard: () => {
      config.reset();
      forget();
      setGeneration((count) => count + 1);
      announce(words.discarded);
      focusSubmit(form.current);
    },
    review: async () => {
      if (form.current?.matches(':invalid') === true) return refuse(words.problems(1));
      const tested = await config.test();
      if (tested?.ok === true) setReviewing(true);
      else refuse(tested ? words.problems(tested.errors.length) : words.notSaved);
    },
    save: async () => {
      const result = await config.save();
      setReviewing(false);
      if (result.ok) {
        setSaves((count) => count + 1);
        return announce(commands.done(plugin.displayName, 'update-config'));
      }
      // it is told here
      dismiss();
      refuse(commands.failed(plugin.displayName, 'update-config', wordsOf(result.error).message));
    },
  };
}

function focusSubmit(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[type=submit]')?.focus();
}
