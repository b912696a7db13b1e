import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser } from './support/browser.ts';
import { startPanelServer, type PanelServer } from './support/panel-server.ts';
import { manyPlugins } from './support/plugins.ts';

/** The scripts that a page has asked for so far, without their hashes. */
function scriptsOf(page: Page): string[] {
  const scripts: string[] = [];
  page.on('request', (request) => {
    const [, name] = /\/assets\/(.+)-[\w-]{8}\.js$/.exec(request.url()) ?? [];
    if (name !== undefined) scripts.push(name);
  });
  return scripts;
}

describeInBrowser('the code of the panel', (open) => {
  let server: PanelServer;
  let list: string;
  beforeAll(async () => {
    server = await startPanelServer({ plugins: manyPlugins });
    list = `${server.url}/admin/plugins`;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('of a page and of a tab is loaded when their links are pointed at or have the focus, and not before', async () => {
    const { page, errors } = await open('about:blank');
    const scripts = scriptsOf(page);
    await page.goto(list);
    const link = page.getByRole('link', { name: 'Shop', exact: true });
    await link.waitFor();
    await page.locator('[data-pk-part=connection][data-state=live]').waitFor();
    expect(scripts).toEqual(['index']);
    await link.hover();
    await expect.poll(() => scripts).toContain('plugin-detail');
    expect(scripts).toContain('plugin-overview');
    await link.click();
    const overview = page.getByRole('tab', { name: 'Overview' });
    await overview.waitFor();
    expect(scripts).not.toContain('plugin-config');
    await overview.focus();
    await expect.poll(() => scripts).toContain('plugin-config');
    expect(scripts).not.toContain('plugin-logs');
    expect(errors).toEqual([]);
  });

  test('comes side by side for the page and the tab of an address', async () => {
    const { page } = await open('about:blank');
    const scripts = scriptsOf(page);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/assets/plugin-detail-*.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${list}/shop/logs`);
    await page.locator('[aria-busy=true]', { hasText: 'Loading' }).waitFor();
    await expect.poll(() => scripts).toContain('plugin-logs');
    release();
    await page.getByRole('log').waitFor();
  });

  test('leaves the focus on the tab while it comes, and the page as high as it was', async () => {
    const { page } = await open(`${list}/shop/danger`);
    await page.getByText('There is no earlier release.').waitFor();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/assets/plugin-audit-*.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.getByRole('tab', { name: 'Danger zone' }).focus();
    await page.keyboard.press('ArrowLeft');
    const tab = page.getByRole('tab', { name: 'Audit', selected: true });
    await tab.waitFor();
    const panel = page.getByRole('tabpanel', { name: 'Audit' });
    await panel.locator('[aria-busy=true]', { hasText: 'Loading' }).waitFor();
    expect((await panel.boundingBox())?.height).toBeGreaterThan(400);
    release();
    await panel.getByRole('table').waitFor();
    expect(await tab.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('that does not come is told, with the way to get it, and the page stays', async () => {
    const { page, errors } = await open(`${list}/shop`);
    await page.getByText('Calls in flight').waitFor();
    await page.route('**/assets/plugin-runtime-*.js', (route) => route.abort());
    await page.getByRole('tab', { name: 'Routes & tasks' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'This part could not be loaded' });
    await notice.waitFor();
    await page.getByRole('heading', { name: 'Shop' }).waitFor();
    // another part is not harmed
    await page.getByRole('tab', { name: 'Danger zone' }).click();
    await page.getByText('There is no earlier release.').waitFor();
    await page.getByRole('tab', { name: 'Routes & tasks' }).click();
    await notice.waitFor();
    // Chromium does not ask again for a module that did not come
    await notice.getByRole('button', { name: 'Try again' }).click();
    await notice.waitFor();
    await page.unroute('**/assets/plugin-runtime-*.js');
    await notice.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByText('It has no routes.').waitFor();
    expect(errors).toEqual([]);
  });

  test('of a page that the server does not have any more is told too', async () => {
    const { page } = await open(list);
    await page.getByRole('link', { name: 'Activity' }).waitFor();
    await page.route('**/assets/activity-*.js', (route) => route.fulfill({ status: 404, body: 'gone' }));
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByRole('alert').getByText('This part could not be loaded').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Shop', exact: true }).waitFor();
  });
});
