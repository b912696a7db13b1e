import type { MockClient } from '@catalyst-plugins/react/testing';

/** What somebody does with a page. Selectors name what is there, or will be at once. */
export interface Hands {
  readonly client: MockClient;
  readonly see: (selector: string) => Promise<HTMLElement>;
  readonly click: (selector: string) => Promise<void>;
  readonly type: (selector: string, text: string) => Promise<void>;
  readonly choose: (selector: string, value: string) => Promise<void>;
}

const longestMs = 5_000;

/** Makes hands for the page. */
export function handsFor(client: MockClient): Hands {
  return {
    client,
    see: seen,
    click: async (selector) => (await seen(selector)).click(),
    async choose(selector, value) {
      const list = (await seen(selector)) as HTMLSelectElement;
      list.value = value;
      list.dispatchEvent(new Event('change', { bubbles: true }));
    },
    async type(selector, text) {
      const field = (await seen(selector)) as HTMLInputElement;
      // as the browser sets it: React does not take its own value for a change
      const prototype = Object.getPrototypeOf(field) as HTMLInputElement;
      Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
  };
}

function seen(selector: string): Promise<HTMLElement> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = document.querySelector<HTMLElement>(selector);
      if (!found) return;
      stop();
      resolve(found);
    };
    const observer = new MutationObserver(look);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`"${selector}" did not appear.`));
    }, longestMs);
    const stop = (): void => {
      observer.disconnect();
      document.removeEventListener('focusin', look);
      clearTimeout(timer);
    };
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    // that something has the focus is no mutation
    document.addEventListener('focusin', look);
    look();
  });
}
