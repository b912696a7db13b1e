import type { BrowserContext, Page } from 'playwright-core';

/** Pages that are used again and again: the browser keeps what it has compiled for them. */
export interface PagePool {
  /** Gives a page to `work` as soon as one is free. */
  use<Result>(work: (page: Page) => Promise<Result>): Promise<Result>;
}

/** As many as there are processors where the tests run for others. */
const size = 2;

/** Makes a pool of pages. */
export function createPagePool(context: BrowserContext): PagePool {
  context.setDefaultTimeout(30_000);
  const free: Page[] = [];
  const waiting: (() => void)[] = [];
  let made = 0;
  const take = async (): Promise<Page> => {
    for (;;) {
      const page = free.pop();
      if (page) return page;
      if (made < size) {
        made += 1;
        return context.newPage();
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return {
    async use(work) {
      const page = await take();
      try {
        return await work(page);
      } finally {
        free.push(page);
        waiting.shift()?.();
      }
    },
  };
}
