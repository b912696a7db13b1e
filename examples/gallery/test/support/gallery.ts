import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { findChromium, isCi } from '../../../../scripts/chromium.mjs';
import type { GalleryState } from '../../app/gallery-state.ts';
import type { ViewOptions } from '../../app/view-options.ts';
import { serveGallery } from '../../scripts/gallery-server.mjs';
import { createPagePool, type PagePool } from './page-pool.ts';

/** How a state is visited. */
export interface Visit extends Partial<ViewOptions> {
  /** Of React. */
  readonly version?: '18' | '19';
  readonly width?: number;
  /** The colours of the system are forced, as on a display for people who need contrast. */
  readonly forcedColors?: boolean;
  /** Default: less motion is preferred. */
  readonly motion?: boolean;
}

/** A state on a page. */
export interface VisitedState {
  readonly page: Page;
  /** Uncaught errors, and what the console was told as an error or a warning, but for what the state tells on purpose. */
  readonly complaints: readonly string[];
}

/** Visits a state until `look` has ended. */
export type VisitState = <Seen>(
  state: GalleryState,
  visit: Visit,
  look: (visited: VisitedState) => Promise<Seen>,
) => Promise<Seen>;

const executablePath = findChromium();

/** Describes tests that visit states in one browser: skipped where there is no Chromium, but not in CI. */
export function describeGallery(name: string, tests: (visit: VisitState) => void): void {
  describe.skipIf(executablePath === undefined && !isCi())(name, () => {
    let browser: Browser;
    let pages: PagePool;
    let gallery: Awaited<ReturnType<typeof serveGallery>>;
    beforeAll(async () => {
      gallery = await serveGallery();
      browser = await chromium.launch({
        ...(executablePath === undefined ? {} : { executablePath }),
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      });
      pages = createPagePool(await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' }));
    });
    afterAll(async () => {
      await browser.close();
      await gallery.close();
    });
    tests((state, visit, look) => pages.use(async (page) => look(await openState(page, gallery.url, state, visit))));
  });
}

async function openState(page: Page, url: string, state: GalleryState, visit: Visit): Promise<VisitedState> {
  const { version = '19', width = 1200, theme, language, direction, css } = visit;
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (!state.tells?.test(text)) complaints.push(text);
  };
  page.removeAllListeners();
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(message.text());
  });
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({
    colorScheme: theme ?? 'light',
    reducedMotion: visit.motion === true ? 'no-preference' : 'reduce',
    forcedColors: visit.forcedColors === true ? 'active' : 'none',
  });
  const asked = Object.entries({ theme, lang: language, dir: direction, css }).filter(([, value]) => value);
  await page.goto(`${url}/${version}/${state.id}?${new URLSearchParams(asked as [string, string][]).toString()}`);
  await page.locator('html[data-gallery]').waitFor({ state: 'attached' });
  if ((await page.getAttribute('html', 'data-gallery')) !== 'ready') throw new Error(complaints.join('\n'));
  return { page, complaints };
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe finds wrong with a page, each as a line. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  await page.addScriptTag({ url: '/axe.js' });
  const { violations } = await page.evaluate(async (values): Promise<AxeResults> => {
    const { axe: checker } = globalThis as unknown as { axe: { run(root: Document, options: object): AxeResults } };
    return checker.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
  }, tags);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** What reaches beyond the sides of a page that is so wide, each as a line; what is in a box of its own to be scrolled may. */
export async function overflowAt(page: Page, width: number): Promise<readonly string[]> {
  await page.setViewportSize({ width, height: 800 });
  return page.evaluate((wide) => {
    const isScrolled = (element: Element): boolean => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
        if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(at).overflowX)) return true;
      return false;
    };
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`] : [];
    for (const element of document.querySelectorAll('.pk-root *')) {
      const { left, right, width: own } = element.getBoundingClientRect();
      const isOut = own > 0 && (left < -0.5 || right > wide + 0.5);
      if (isOut && !element.closest('.pk-hidden') && !isScrolled(element))
        found.push(`${Math.round(left)}–${Math.round(right)}: ${element.outerHTML.slice(0, 120)}`);
    }
    return found.map((line) => `at ${wide}: ${line}`);
  }, width);
}

/** Looks at the state on the page in another way, without loading it again. */
export async function lookAgain(page: Page, { theme, language, direction }: Visit): Promise<void> {
  const asked = Object.entries({ theme, lang: language, dir: direction }).filter(([, value]) => value);
  await page.evaluate(
    (search) => {
      history.replaceState(null, '', `?${search}`);
      dispatchEvent(new PopStateEvent('popstate'));
    },
    new URLSearchParams(asked as [string, string][]).toString(),
  );
  await page.locator(`html[lang=${language ?? 'en'}][dir=${direction ?? 'ltr'}]`).waitFor({ state: 'attached' });
}
