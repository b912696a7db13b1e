import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/browser.ts';
import { plugin, startPanelServer } from './support/panel-server.ts';
import { manyPlugins } from './support/plugins.ts';

/** What has the focus, once the thing that was pressed is gone. */
async function focusAfter(page: Page, pressed: Locator): Promise<string> {
  await pressed.focus();
  const handle = await pressed.elementHandle();
  await page.keyboard.press('Enter');
  await page.waitForFunction((element) => !element?.isConnected, handle);
  return page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`);
}

const failsAtFirst = (name: string): string =>
  `if (ctx.getConfig('works') !== true) throw new Error('${name} has no licence');`;
const failing = (name: string, displayName: string) =>
  plugin(name, { displayName, config: { works: { type: 'boolean', default: false } } }, failsAtFirst(name));

describeInBrowser('the focus, when what was pressed leaves the page', (open) => {
  test('goes to the heading of a section that is left, else to that of the page', async () => {
    await using server = await startPanelServer({
      plugins: { one: failing('one', 'One'), two: failing('two', 'Two') },
    });
    const { page } = await open(`${server.url}/admin/plugins`);
    const retry = page.getByRole('button', { name: 'Try again' }).first();
    await retry.waitFor();
    await server.host.config.update('one', { works: true });
    expect(await focusAfter(page, retry)).toBe('H2 Needs attention (1)');
    await server.host.config.update('two', { works: true });
    expect(await focusAfter(page, retry)).toBe('H1 Plugins ');
  });

  test('goes to the name of the plugin in a row, when a drain was ended or an error dismissed', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    await server.host.disable('reports');
    void fetch(`${server.url}/api/plugins/mailer/slow`).catch(() => undefined);
    await expect.poll(() => server.host.summary('mailer')?.activeRequests).toBe(1);
    const { page } = await open(`${server.url}/admin/plugins`);
    void server.host.disable('mailer');
    expect(await focusAfter(page, page.getByRole('button', { name: 'Force now' }))).toBe('A Mailer');

    const row = page.locator('[data-plugin=shop]');
    await server.folder.write('shop', plugin('shop', { displayName: 'Shop' }, 'throw new Error("no money")'));
    await row.getByRole('button', { name: 'Reload Shop' }).click();
    await row.getByText('no money').waitFor();
    expect(await focusAfter(page, row.getByRole('button', { name: 'Dismiss' }))).toBe('A Shop');
  });

  test('goes to the heading of the page of a plugin, when a drain was ended there', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    await server.host.disable('reports');
    void fetch(`${server.url}/api/plugins/mailer/slow`).catch(() => undefined);
    await expect.poll(() => server.host.summary('mailer')?.activeRequests).toBe(1);
    const { page } = await open(`${server.url}/admin/plugins/mailer`);
    void server.host.disable('mailer');
    expect(await focusAfter(page, page.getByRole('button', { name: 'Force now' }))).toMatch(/^H1 Mailer/);
  });

  test('stays near when results are closed or a row no longer fits the filter, and where it was put meanwhile', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins?state=active`);
    await page.getByLabel('Select Shop').check();
    await page.getByRole('region', { name: '1 selected' }).getByRole('button', { name: 'Reload' }).click();
    expect(await focusAfter(page, page.getByRole('button', { name: 'Close results' }))).toBe('H2 1 selected');
    expect(await focusAfter(page, page.getByRole('switch', { name: 'Shop' }))).toBe('H1 Plugins ');

    await page.getByRole('switch', { name: 'Reports' }).press('Enter');
    const search = page.getByRole('searchbox');
    await search.focus();
    await page.locator('[data-plugin=reports]').waitFor({ state: 'detached' });
    expect(await search.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('finds its place after a question whose answer took away what had asked it', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins?state=active`);
    await page.getByRole('switch', { name: 'Mailer' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await server.host.disable('mailer', { cascade: true });
    await page.locator('[data-plugin=mailer]').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });
});
