import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { findChromium, isCi } from '../../../../scripts/chromium.mjs';

const require19 = createRequire(import.meta.url);
const require18 = createRequire(require19.resolve('react-18-for-tests/package.json'));

/** The versions of React that pages are built with; the frontends of plugins are the same files for both. */
export const reactVersions = { '18.3.1': require18, '19.3.1': require19 } as const;
export type ReactVersion = keyof typeof reactVersions;

/** No inline script, no eval, nothing from elsewhere. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'";

/** A page of an application, and whatever went wrong in it. */
export interface FrontendsPage {
  readonly page: Page;
  /** Uncaught errors and what the console was told as an error; answers with an error status are not among them. */
  readonly errors: readonly string[];
}

export interface FrontendsPageOptions {
  /** What the page sends as `authorization`. */
  readonly token?: string;
  readonly language?: string;
  /** Whether the page shares `react-dom/client` too. */
  readonly sharesClient?: boolean;
}

export type OpenFrontendsPage = (origin: string, options?: FrontendsPageOptions) => Promise<FrontendsPage>;

/** Describes tests of a page in Chromium, built with each version of React: skipped where there is no Chromium, but not in CI. */
export function describeInPages(name: string, tests: (open: OpenFrontendsPage, version: ReactVersion) => void): void {
  const executablePath = findChromium();
  for (const version of Object.keys(reactVersions) as ReactVersion[]) {
    describe.skipIf(executablePath === undefined && !isCi())(`${name}, on a page with React ${version}`, () => {
      let browser: Browser;
      let script: string;
      beforeAll(async () => {
        script = await pageScript(version);
        browser = await chromium.launch({
          ...(executablePath === undefined ? {} : { executablePath }),
          args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
        });
      });
      afterAll(() => browser.close());
      tests((origin, options) => openPage(browser, script, origin, options), version);
    });
  }
}

/** The application as one script, as a bundler makes it. */
async function pageScript(version: ReactVersion): Promise<string> {
  const folderOf = (name: string): string => path.dirname(reactVersions[version].resolve(`${name}/package.json`));
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, '..', 'frontends-page', 'page.tsx')],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    conditions: ['@catalyst-plugins/source'],
    alias: { react: folderOf('react'), 'react-dom': folderOf('react-dom') },
    define: { 'process.env.NODE_ENV': '"production"' },
    minify: true,
  });
  return outputFiles[0]?.text ?? '';
}

/** Opens the page as if the server had it. */
async function openPage(
  browser: Browser,
  script: string,
  origin: string,
  { language = 'en', ...wanted }: FrontendsPageOptions = {},
): Promise<FrontendsPage> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    const isAnswer = /Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !isAnswer) errors.push(message.text());
  });
  const data = JSON.stringify(wanted).replaceAll('"', '&quot;');
  const html = `<!doctype html><html lang="${language}" data-wanted="${data}"><title>App</title><body><script type="module" src="/app.js"></script>`;
  await page.route(`${origin}/app`, (route) =>
    route.fulfill({ contentType: 'text/html', headers: { 'content-security-policy': policy }, body: html }),
  );
  await page.route(`${origin}/app.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto(`${origin}/app`);
  return { page, errors };
}
