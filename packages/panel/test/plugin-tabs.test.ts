import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { violationsOn } from './support/accessibility.ts';
import { describeInBrowser } from './support/browser.ts';
import { plugin, startPanelServer, type PanelServer } from './support/panel-server.ts';
import { manyPlugins } from './support/plugins.ts';

/** A plugin with lines, an error, a task, routes and checks. */
const busyShop = {
  shop: plugin(
    'shop',
    { displayName: 'Shop' },
    `ctx.logger.info('The shop is open');
    const get = (url, handler) => ctx.registerRoute({ method: 'GET', url, handler });
    get('/sold', () => { ctx.logger.warn({ item: 'Apple' }, 'Sold'); return 'yes'; });
    get('/broken', () => { throw new TypeError('No stock'); });
    ctx.on('shop:visited', () => {});
    ctx.scheduleTask('0 3 * * *', () => {}, { name: 'sweep up', timezone: 'Asia/Tokyo' });`,
  ),
};

function visit(server: PanelServer, path: string): Promise<Response> {
  return fetch(`${server.url}/api/plugins/shop/${path}`);
}

function announced(page: Page, text: string) {
  return page.locator('[data-pk-part=announcer]', { hasText: text }).waitFor({ state: 'attached' });
}

describeInBrowser('the tabs of a plugin', (open) => {
  test('show its log as it grows, by level and text that stand in the address, and stand still when told to', async () => {
    await using server = await startPanelServer({ plugins: busyShop });
    const { page, errors } = await open(`${server.url}/admin/plugins/shop/logs`);
    const log = page.getByRole('log');
    await log.getByText('The shop is open').waitFor();
    await visit(server, 'sold');
    await log.getByText('Sold').waitFor();
    expect(await log.textContent()).toContain('{"item":"Apple"}');
    await page.getByRole('combobox', { name: 'Level' }).selectOption('warn');
    await expect.poll(() => log.textContent()).not.toContain('The shop is open');
    await page.getByRole('searchbox').fill('APPLE');
    await expect.poll(() => new URL(page.url()).search).toBe('?level=warn&q=APPLE');
    await page.reload();
    await log.getByText('Sold').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await visit(server, 'sold');
    await page.getByRole('button', { name: 'Resume, 1 line waits' }).click();
    await expect.poll(() => log.getByText('Sold').count()).toBe(2);
    expect(errors).toEqual([]);
  });

  test('hand the log out as a file, keep more lines for a time, and group errors', async () => {
    await using server = await startPanelServer({ plugins: busyShop });
    const { page } = await open(`${server.url}/admin/plugins/shop/logs`);
    await visit(server, 'broken');
    await visit(server, 'broken');
    const group = page.locator('[data-pk-part=errors]').getByRole('listitem');
    await expect.poll(() => group.textContent()).toContain('2 times TypeError: No stock');
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('shop-log.ndjson');
    expect(await readFile(await download.path(), 'utf8')).toContain('"message":"The shop is open"');
    await page.getByLabel('Keep lines from').selectOption('debug');
    await announced(page, 'Keep lines from Debug');
    expect(server.host.logs.level('shop')).toMatchObject({ level: 'debug' });
  });

  test('show how it is, check it at once, and draw what it did with the numbers beside it', async () => {
    await using server = await startPanelServer({ plugins: busyShop });
    await visit(server, 'sold');
    const { page, errors } = await open(`${server.url}/admin/plugins/shop/health`);
    const health = page.locator('[data-pk-part=health]');
    await page.getByRole('button', { name: 'Check now' }).click();
    await announced(page, 'Checked: Healthy.');
    await expect.poll(() => health.getByRole('img').getAttribute('aria-label')).toMatch(/^\d+ checks: \d+ passed/);
    const chart = page.getByRole('figure', { name: 'Requests a second' });
    await chart.getByText('Show as a table').click();
    await chart.getByRole('table').waitFor();
    await page.getByRole('combobox', { name: 'Time' }).selectOption('day');
    await expect.poll(() => chart.getByRole('row').count()).toBeGreaterThan(2);
    expect(errors).toEqual([]);
  });

  test('show its routes and tasks, run a task and pause it', async () => {
    await using server = await startPanelServer({ plugins: busyShop });
    const { page, errors } = await open(`${server.url}/admin/plugins/shop/runtime`);
    await page.locator('[data-pk-part=routes]').getByText('/sold').waitFor();
    await page.getByText('event shop:visited').waitFor();
    const tasks = page.locator('[data-pk-part=tasks]');
    await tasks.getByText('At 03:00 AM').waitFor();
    // the next times are those of the task, wherever the browser is
    expect(await tasks.locator('time').allTextContents()).toEqual(
      Array(3).fill(expect.stringMatching(/, 3:00:00.AM$/)),
    );
    await tasks.getByRole('button', { name: 'Run now: sweep up' }).click();
    await announced(page, 'sweep up has begun.');
    await expect.poll(() => tasks.textContent()).toMatch(/Last: .* Done/);
    await tasks.getByText('Runs').click();
    await tasks.getByText(/by ana/).waitFor();
    await tasks.getByRole('button', { name: 'Pause: sweep up' }).click();
    await tasks.getByText(/· Paused$/).waitFor();
    await tasks.getByText('Next: never').waitFor();
    await page.getByRole('button', { name: 'Resume: sweep up' }).click();
    await announced(page, 'sweep up goes on.');
    expect(errors).toEqual([]);
  });

  test('show who did what to it as it happens, filtered, and hand that out as a file', async () => {
    await using server = await startPanelServer({ plugins: busyShop });
    const { page } = await open(`${server.url}/admin/plugins/shop/audit`);
    const rows = page.locator('[data-pk-part=audit] tbody tr');
    await rows.first().waitFor();
    await page.getByLabel('Kind').selectOption('commands');
    await server.host.disable('shop', { actor: 'ben', reason: 'stocktaking' });
    await rows.getByText('stocktaking').waitFor();
    await page.getByLabel('Who').fill('ben');
    await expect.poll(() => rows.count()).toBe(1);
    expect(new URL(page.url()).search).toBe('?kind=commands&actor=ben');
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const lines = (await readFile(await (await waiting).path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('plugin:disabled');
  });
});

describeInBrowser('the audit tab of a plugin', (open) => {
  test('shows what a change of settings did, and takes it back after asking', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    await server.host.config.update('shop', { title: 'Store' }, { actor: 'ben' });
    await server.host.config.update('shop', { title: 'Mall' }, { actor: 'eva' });
    const { page, errors } = await open(`${server.url}/admin/plugins/shop/audit?kind=settings`);
    const row = page.locator('[data-pk-part=audit] tbody tr', { hasText: 'eva' });
    await row.getByText('View diff').click();
    await row.getByRole('row', { name: 'title "Store" "Mall"' }).waitFor();
    expect(await violationsOn(page)).toEqual([]);
    const restore = row.getByRole('button', { name: 'Restore revision 1' });
    const dialog = page.getByRole('dialog', { name: 'Restore revision 1?' });
    await restore.click();
    await dialog.getByRole('row', { name: 'title "Mall" "Store"' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await restore.evaluate((element) => element === document.activeElement)).toBe(true);
    await restore.click();
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await announced(page, 'Revision 1 was restored.');
    await page.getByRole('button', { name: 'Restore revision 2' }).waitFor();
    expect(server.changes.at(-1)).toMatchObject({ path: '/api/plugins/-/shop/config/restore', body: { revision: 1 } });

    // before the first change nothing was saved
    await page.getByRole('button', { name: 'Restore revision 0' }).click();
    await page.getByRole('dialog').getByRole('row', { name: 'title "Store" "Shop"' }).waitFor();
    await page.keyboard.press('Escape');
    await page.route('**/config/restore', (route) => route.fulfill({ status: 503, body: 'away' }));
    await restore.click();
    await dialog.getByRole('button', { name: 'Restore' }).click();
    const failure = row.locator('[data-pk-part=error]');
    await failure.waitFor();
    expect(await page.locator('[data-pk-part=error]').count()).toBe(1);
    await failure.getByRole('button', { name: 'Dismiss' }).click();
    await failure.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
  });
});

describeInBrowser('the pages about all plugins', (open) => {
  test('show who needs whom, as a drawing and as a list', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page, errors } = await open(`${server.url}/admin/plugins`);
    await page.getByRole('link', { name: 'Dependencies' }).click();
    await page.getByRole('img', { name: /^4 plugins, 2 needs/ }).waitFor();
    await page.getByRole('heading', { name: 'Reports needs' }).waitFor();
    await page.getByText('friend not there').waitFor();
    await page.getByRole('link', { name: 'Mailer' }).click();
    await page.getByRole('heading', { name: 'Mailer' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('show what happened to all of them', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins`);
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    await server.host.disable('shop', { actor: 'ben' });
    await page.getByRole('row', { name: /shop ben plugin:disabled/ }).waitFor();
    await page.getByLabel('Result').selectOption('failed');
    await expect.poll(() => page.locator('tr[data-result=ok]').count()).toBe(0);
    await page.getByRole('link', { name: 'broken' }).first().click();
    await page.getByRole('heading', { name: 'Egg explorer' }).waitFor();
  });
});

describeInBrowser('every view of what plugins do', (open) => {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1200, 375])
      test(`has nothing that axe finds wrong, and does not overflow (${colorScheme}, ${width} px)`, async () => {
        await using server = await startPanelServer({ plugins: { ...manyPlugins, ...busyShop } });
        await visit(server, 'sold');
        await visit(server, 'broken');
        const { page, errors } = await open(`${server.url}/admin/plugins`, {
          colorScheme,
          viewport: { width, height: 900 },
        });
        const views = {
          'shop/runtime': '[data-pk-part=tasks] li',
          'shop/logs': '.pk-log-line',
          'shop/health': '[data-pk-part=chart]',
          'shop/audit': '[data-pk-part=audit] tr',
          audit: '[data-pk-part=audit] tr',
          graph: '[data-pk-part=graph]',
        };
        for (const [view, shown] of Object.entries(views)) {
          await page.goto(`${server.url}/admin/plugins/${view}`);
          await page.locator(shown).first().waitFor();
          await page.locator('[data-pk-part=connection][data-state=live]').waitFor();
          const shots = process.env['PANEL_SHOTS'];
          if (shots)
            await page.screenshot({
              path: `${shots}/${view.replace('/', '-')}-${colorScheme}-${width}.png`,
              fullPage: true,
            });
          expect(await violationsOn(page), view).toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overflow, view).toBeLessThanOrEqual(0);
        }
        expect(errors).toEqual([]);
      });
});
