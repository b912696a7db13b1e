import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findChromium, isCi } from '../../../../scripts/chromium.mjs';

const executablePath = findChromium();

/** A page and whatever went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Uncaught errors, and what the console was told as an error, without answers that the tests ask for. */
  readonly errors: readonly string[];
}

/** Opens pages in one browser, which all tests of a file share. */
export type OpenPanel = (url: string, options?: BrowserContextOptions) => Promise<OpenPage>;

/** Describes tests that look at pages: skipped where there is no Chromium, but not in CI. */
export function describeInBrowser(name: string, tests: (open: OpenPanel) => void): void {
  describe.skipIf(executablePath === undefined && !isCi())(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      });
    });
    afterAll(() => browser.close());
    tests((url, options) => openPage(browser, url, options));
  });
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 800 },
    reducedMotion: 'reduce',
    locale: 'en-GB',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const isAnswer = /Failed to load resource|net::ERR_/.test(message.text());
    if (message.type() === 'error' && !isAnswer) errors.push(message.text());
  });
  await page.goto(url);
  return { page, errors };
}
