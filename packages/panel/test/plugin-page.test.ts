import { manifestOf } from '@catalyst-plugins/core/testing';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { violationsOn } from './support/accessibility.ts';
import { describeInBrowser } from './support/browser.ts';
import { plugin, startPanelServer } from './support/panel-server.ts';
import { manyPlugins } from './support/plugins.ts';

describeInBrowser('the page of a plugin', (open) => {
  test('shows what it needs, who needs it and what it may', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page, errors } = await open(`${server.url}/admin/plugins/mailer`);
    await page.getByText('Sends mail for others. · by Acme').waitFor();
    await page.getByText('Talks to the mail server.').waitFor();
    await page.getByRole('button', { name: 'Revoke network:smtp' }).click();
    await page.getByRole('button', { name: 'Grant network:smtp' }).waitFor();
    expect(server.changes.at(-1)?.body).toEqual({ revoke: ['network:smtp'] });

    await page.getByRole('link', { name: 'Reports' }).click();
    const heading = page.getByRole('heading', { name: 'Reports' });
    await heading.waitFor();
    // who follows a link is told where it led
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByText('^1.0.0').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Mailer' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('says since when the release is live, and hands out what helps to find out what is wrong', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins/shop`);
    const since = page.locator('dt', { hasText: 'Live since' }).locator('+ dd');
    await expect.poll(() => since.textContent()).toContain(String(new Date().getFullYear()));
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download diagnostics' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('shop-diagnostics.json');
    const { plugins } = JSON.parse(await readFile(await download.path(), 'utf8')) as {
      readonly plugins: readonly { readonly detail: { readonly name: string } }[];
    };
    expect(plugins.map(({ detail }) => detail.name)).toEqual(['shop']);
  });

  test('counts the calls in flight as they begin and end', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins/mailer`);
    const count = page.locator('dt', { hasText: 'Calls in flight' }).locator('xpath=following-sibling::dd[1]');
    await expect.poll(() => count.textContent()).toBe('0');
    const call = fetch(`${server.url}/api/plugins/mailer/slow`);
    await expect.poll(() => count.textContent()).toBe('1');
    await fetch(`${server.url}/api/plugins/mailer/release`);
    await call;
    await expect.poll(() => count.textContent()).toBe('0');
  });

  test('has tabs for the arrow keys, each with an address', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins/shop`);
    await page.getByRole('tab', { name: 'Overview' }).focus();
    await page.keyboard.press('End');
    await page.getByRole('tab', { name: 'Danger zone', selected: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/admin/plugins/shop/danger');
    expect(await page.locator(':focus').textContent()).toBe('Danger zone');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Overview', selected: true }).waitFor();
    // what can have the focus comes with what is shown
    await page.locator('[data-pk-part="tab-overview"] summary').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('role')).not.toBe('tab');
  });

  test('deletes what a plugin has stored once it is off, and only after its name was typed', async () => {
    const store = `await ctx.setStorage('word', 'hello');`;
    await using server = await startPanelServer({ plugins: { shop: plugin('shop', { displayName: 'Shop' }, store) } });
    const { page } = await open(`${server.url}/admin/plugins/shop/danger`);
    await page.getByText('Disable the plugin first').waitFor();
    await server.host.disable('shop');
    await page.getByRole('button', { name: 'Delete …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete what Shop has stored?' });
    const confirm = dialog.getByRole('button', { name: 'Delete stored data' });
    expect(await confirm.isDisabled()).toBe(true);
    expect(await violationsOn(page)).toEqual([]);
    await dialog.getByLabel('Type shop to confirm').fill('shop');
    await confirm.click();
    await page.getByText('Shop was cleared of its data.').waitFor({ state: 'attached' });
    const [entry] = await server.host.audit({ plugin: 'shop', type: 'plugin:data-cleared' });
    expect(entry).toMatchObject({ result: 'ok' });
  });

  test('brings an earlier release back, after asking', async () => {
    const release = (version: string) => ({
      'plugin.json': manifestOf('shop', { displayName: 'Shop', version }),
      'index.js': 'export default { onLoad() {} };',
    });
    await using server = await startPanelServer({ plugins: { shop: release('1.0.0') } });
    await server.folder.write('shop', release('1.1.0'));
    await server.host.reload('shop');
    const { page } = await open(`${server.url}/admin/plugins/shop/danger`);
    await page.getByRole('button', { name: 'Roll back to 1.0.0' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll Shop back to 1.0.0?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Roll back to 1.0.0' }).click();
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('Shop was rolled back.').waitFor({ state: 'attached' });
    await page.getByRole('heading', { name: 'Shop 1.0.0' }).waitFor();
    await page.getByRole('button', { name: 'Roll back to 1.1.0' }).waitFor();
  });

  test('takes the configuration back to its defaults, after asking', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    await server.host.config.update('shop', { title: 'Store' }, { actor: 'ben' });
    const { page } = await open(`${server.url}/admin/plugins/shop/danger`);
    await page.getByRole('button', { name: 'Reset …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reset the configuration' }).click();
    await page.getByText('The configuration of Shop was reset.').waitFor({ state: 'attached' });
    await page.getByText('Nothing is saved').waitFor();
    expect(server.changes.at(-1)).toMatchObject({ path: '/api/plugins/-/shop/config/restore', body: { revision: 0 } });
  });

  test('says why a plugin is down and what can be done', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins/broken`);
    await page.getByText('The hen is away').first().waitFor();
    await server.folder.write('broken', plugin('broken', { displayName: 'Egg explorer' }));
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-pk-part=header]').getByText('Running').waitFor();
    expect(await page.getByText('The hen is away').count()).toBe(0);
  });

  test('says when there is no such plugin, and does not when the server does not answer', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins/nobody`);
    await page.getByRole('heading', { name: 'There is no plugin "nobody"' }).waitFor();
    await page.route('**/api/plugins', (route) => route.fulfill({ status: 503, body: 'away' }));
    await page.goto(`${server.url}/admin/plugins/shop`);
    await page.getByRole('alert').getByText('The plugins could not be loaded').waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1200, 375])
      test(`has nothing for axe to find, in ${colorScheme} and ${width} pixels wide`, async () => {
        await using server = await startPanelServer({ plugins: manyPlugins });
        for (const place of ['mailer', 'broken', 'shop/danger', 'nobody']) {
          const { page } = await open(`${server.url}/admin/plugins/${place}`, {
            colorScheme,
            viewport: { width, height: 900 },
          });
          await page.locator('[data-pk-part=tabs], [data-pk-part=missing]').waitFor();
          expect(await violationsOn(page)).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          await page.context().close();
        }
      });
});
