import { manifestOf } from '@catalyst-plugins/core/testing';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/browser.ts';
import { plugin, startPanelServer } from './support/panel-server.ts';
import { manyPlugins, slowRoute } from './support/plugins.ts';

const mostSteps = 80;

/** Steps with the Tab key until something has the focus, as far as a person would go. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < mostSteps; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not lead to ${String(target)}.`);
}

async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

function announced(page: Page, text: string): Promise<void> {
  return page.locator('[data-pk-part=announcer]', { hasText: text }).waitFor({ state: 'attached' });
}

describeInBrowser('with the keyboard alone one can', (open) => {
  test('agree to what a plugin asks for, disable it and those that need it without waiting, and bring all back', async () => {
    const needsMailer = { displayName: 'Reports', dependencies: { mailer: '^1.0.0' } };
    await using server = await startPanelServer({
      plugins: { mailer: manyPlugins['mailer'] ?? {}, reports: plugin('reports', needsMailer, slowRoute) },
      host: { consent: 'always' },
    });
    const { page } = await open(`${server.url}/admin/plugins`);
    await press(page, page.getByRole('button', { name: 'Review permissions' }));
    const dialog = page.getByRole('dialog');
    await press(page, dialog.getByRole('button', { name: 'Grant and enable' }));
    await expect.poll(() => server.host.summary('reports')?.state).toBe('active');

    void fetch(`${server.url}/api/plugins/reports/slow`).catch(() => undefined);
    await expect.poll(() => server.host.summary('reports')?.activeRequests).toBe(1);
    await page.locator('[data-plugin=reports]').getByText('Running').waitFor();
    await press(page, page.getByRole('switch', { name: 'Mailer' }), 'Space');
    await tabTo(page, dialog.getByLabel('Let running calls end'));
    await page.keyboard.press('ArrowDown');
    expect(await dialog.getByLabel('Stop now').isChecked()).toBe(true);
    await press(page, dialog.getByLabel('Take these off too'), 'Space');
    await press(page, dialog.getByRole('button', { name: 'Disable' }));
    await announced(page, 'Mailer was disabled.');
    expect(server.changes.at(-1)?.body).toEqual({ enabled: false, cascade: true, force: true });

    await press(page, page.getByRole('switch', { name: 'Mailer' }), 'Space');
    await announced(page, 'Mailer was enabled.');
    await expect.poll(() => server.host.summary('reports')?.state).toBe('active');
  });

  test('end a drain, give a command to many and close what came of it', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    await server.host.disable('reports');
    void fetch(`${server.url}/api/plugins/mailer/slow`).catch(() => undefined);
    await expect.poll(() => server.host.summary('mailer')?.activeRequests).toBe(1);
    const { page } = await open(`${server.url}/admin/plugins`);
    await press(page, page.getByRole('switch', { name: 'Mailer' }), 'Space');
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Disable' }));
    await press(page, page.getByRole('button', { name: 'Force now' }));
    await announced(page, 'Mailer was disabled.');

    await press(page, page.getByLabel('Select Mailer'), 'Space');
    await press(page, page.getByLabel('Select Reports'), 'Space');
    const bulk = page.getByRole('region', { name: '2 selected' });
    await press(page, bulk.getByRole('button', { name: 'Enable' }));
    await bulk.getByText('Enable: 2 done, 0 failed').waitFor();
    await press(page, bulk.getByRole('button', { name: 'Close results' }));
    await press(page, bulk.getByRole('button', { name: 'Select none' }));
    await bulk.waitFor({ state: 'detached' });
    await press(page, page.getByRole('button', { name: 'Look for new plugins' }));
    await announced(page, 'The plugins folder was read.');
  });

  test('find a plugin, read its log, run its task and bring its former release back', async () => {
    const release = (version: string) => ({
      'plugin.json': manifestOf('shop', { displayName: 'Shop', version }),
      'index.js': `export default { onLoad(ctx) {
        ctx.logger.info('Open');
        ctx.logger.warn('Out of apples');
        ctx.scheduleTask('0 3 * * *', () => {}, { name: 'sweep up' });
      } };`,
    });
    await using server = await startPanelServer({ plugins: { ...manyPlugins, shop: release('1.0.0') } });
    await server.folder.write('shop', release('1.1.0'));
    await server.host.reload('shop');
    const { page, errors } = await open(`${server.url}/admin/plugins`);
    await tabTo(page, page.getByRole('searchbox'));
    await page.keyboard.type('shop');
    await press(page, page.getByRole('link', { name: 'Shop', exact: true }));
    await page.getByRole('heading', { name: 'Shop 1.1.0' }).waitFor();

    const tab = (name: string): Locator => page.getByRole('tab', { name, selected: true });
    const goTo = async (name: string): Promise<void> => {
      await tabTo(page, page.getByRole('tab', { selected: true }));
      await page.keyboard.press('Home');
      while ((await tab(name).count()) === 0) await page.keyboard.press('ArrowRight');
    };
    await goTo('Logs');
    const log = page.getByRole('log');
    await log.getByText('Out of apples').first().waitFor();
    const level = page.getByRole('combobox', { name: 'Level' });
    await tabTo(page, level);
    while ((await level.inputValue()) !== 'warn') await page.keyboard.press('ArrowDown');
    await expect.poll(() => log.textContent()).not.toContain('Open');
    await press(page, page.getByRole('button', { name: 'Pause' }));
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await tabTo(page, log);

    await page.keyboard.press('Control+Home');
    await goTo('Routes & tasks');
    await press(page, page.getByRole('button', { name: 'Run now: sweep up' }));
    await page
      .locator('[data-pk-part=tasks]')
      .getByText(/Last: .* Done/)
      .waitFor();

    await goTo('Danger zone');
    await press(page, page.getByRole('button', { name: 'Roll back to 1.0.0' }));
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Roll back' }));
    await announced(page, 'Shop was rolled back.');
    await page.getByRole('heading', { name: 'Shop 1.0.0' }).waitFor();
    expect(errors).toEqual([]);
  });
});
