import { manifestOf } from '@catalyst-plugins/core/testing';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { violationsOn } from './support/accessibility.ts';
import { describeInBrowser } from './support/browser.ts';
import { plugin, startPanelServer, type PanelServer } from './support/panel-server.ts';
import { manyPlugins, slowRoute } from './support/plugins.ts';

/** The names of the plugins that the table shows, in order. */
async function shown(page: Page): Promise<readonly string[]> {
  return page.locator('[data-pk-part=row] .pk-row-name').allTextContents();
}

function row(page: Page, name: string) {
  return page.locator(`[data-plugin="${name}"]`);
}

function announced(page: Page, text: string) {
  return page.locator('[data-pk-part=announcer]', { hasText: text });
}

function statusOf({ host }: PanelServer, name: string) {
  return host.status().find((one) => one.name === name);
}

describeInBrowser('the list of plugins', (open) => {
  test('shows every plugin with its state, and first what needs somebody', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page, errors } = await open(`${server.url}/admin/plugins`);
    await row(page, 'shop').waitFor();
    expect(await shown(page)).toEqual(['Egg explorer', 'Lonely', 'Mailer', 'Reports', 'Shop']);
    expect(await row(page, 'shop').locator('[data-pk-part=state]').textContent()).toContain('Running');
    const attention = page.getByRole('region', { name: 'Needs attention (2)' });
    expect(await attention.getByRole('link').allTextContents()).toEqual(['Egg explorer', 'Logs', 'Lonely', 'Logs']);
    await row(page, 'lonely').getByText('needs "friend"').waitFor();
    await attention.getByText('The hen is away').waitFor();

    await server.folder.write('broken', plugin('broken', { displayName: 'Egg explorer' }));
    await attention.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByRole('region', { name: 'Needs attention (1)' }).waitFor();
    expect(await row(page, 'broken').locator('[data-pk-part=state]').textContent()).toContain('Running');
    expect(errors).toEqual([]);
  });

  test('shows what plugins answer and what their checks came to, as much of it as there is room for', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    await fetch(`${server.url}/api/plugins/mailer/release`);
    const { page, errors } = await open(`${server.url}/admin/plugins`);
    const figures = row(page, 'mailer').locator('[data-pk-part=figures]');
    await figures.getByText('/s').waitFor();
    expect(await figures.textContent()).toMatch(/^[\d.]+\/sp95 [\d.]+ ms$/);
    await row(page, 'mailer')
      .getByRole('img', { name: /^\d+ checks?: \d+ passed/ })
      .waitFor();
    await row(page, 'lonely').getByText('no requests in the last minute').waitFor({ state: 'attached' });
    const line = figures.getByRole('img', { name: /^Requests a second: / });
    await line.waitFor();
    await page.setViewportSize({ width: 700, height: 800 });
    await line.waitFor({ state: 'hidden' });
    await figures.getByText('p95').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(700);
    expect(errors).toEqual([]);
  });

  test('keeps search, filter and order in the address', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins`);
    await page.getByRole('searchbox').fill('sends mail');
    await expect.poll(() => shown(page)).toEqual(['Mailer']);
    await page.getByRole('button', { name: 'Failed' }).click();
    await page.getByText('No plugin matches.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Sort by').selectOption('state');
    expect(new URL(page.url()).search).toBe('?state=failed&sort=state');

    await page.reload();
    await expect.poll(() => shown(page)).toEqual(['Egg explorer']);
    await page.getByRole('button', { name: 'All' }).click();
    await expect.poll(() => shown(page)).toEqual(['Egg explorer', 'Lonely', 'Mailer', 'Reports', 'Shop']);
    await page.getByRole('link', { name: 'Shop' }).click();
    await page.getByRole('heading', { name: 'Shop' }).waitFor();
    await page.goBack();
    expect(new URL(page.url()).search).toBe('?sort=state');
  });

  test('moves a switch at once, keeps it there whatever happens meanwhile, and back with a word when it did not work', async () => {
    const files = (version: string) => ({
      'plugin.json': manifestOf('shop', { displayName: 'Shop', version }),
      'index.js':
        version === '1.0.0'
          ? 'export default { onLoad() {} };'
          : 'export default { onEnable() { throw new Error("no money"); } };',
    });
    await using server = await startPanelServer({ plugins: { shop: files('1.0.0') } });
    const { page } = await open(`${server.url}/admin/plugins`);
    const toggle = page.getByRole('switch', { name: 'Shop' });
    await toggle.focus();
    await page.keyboard.press('Space');
    await announced(page, 'Shop was disabled.').waitFor({ state: 'attached' });
    expect(await toggle.getAttribute('aria-checked')).toBe('false');

    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/shop/enable', async (route) => {
      await held;
      await route.continue();
    });
    const moves = await toggle.evaluateHandle((element) => {
      const seen: (string | null)[] = [];
      const look = (): number => seen.push(element.getAttribute('aria-checked'));
      new MutationObserver(look).observe(element, { attributeFilter: ['aria-checked'] });
      return seen;
    });
    await page.keyboard.press('Space');
    await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true');
    // what the server tells of the plugin meanwhile says that it is off
    await server.folder.write('shop', files('1.1.0'));
    await server.host.reload('shop');
    await row(page, 'shop').getByText('shop 1.1.0').waitFor();
    expect(await moves.jsonValue()).toEqual(['true']);

    release();
    await announced(page, 'Shop was not enabled').waitFor({ state: 'attached' });
    await expect.poll(() => moves.jsonValue()).toEqual(['true', 'false']);
    expect(await toggle.getAttribute('aria-checked')).toBe('false');
    expect(await page.locator(':focus').getAttribute('role')).toBe('switch');
    await row(page, 'shop').getByText('no money').waitFor();
  });

  test('asks before it takes off what others need, and gives the focus back', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins`);
    const toggle = page.getByRole('switch', { name: 'Mailer' });
    await toggle.click();
    const dialog = page.getByRole('dialog', { name: 'Disable Mailer?' });
    await dialog.getByText('Reports').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await toggle.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(statusOf(server, 'mailer')).toMatchObject({ state: 'active' });

    await toggle.click();
    await dialog.getByLabel('Take these off too').check();
    await dialog.getByRole('button', { name: 'Disable' }).click();
    await announced(page, 'Mailer was disabled.').waitFor({ state: 'attached' });
    await row(page, 'reports').getByText('Blocked').waitFor();
  });

  test('shows which calls a plugin waits for, and ends them on demand', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins`);
    await row(page, 'reports').waitFor();
    await server.host.disable('reports');
    const call = fetch(`${server.url}/api/plugins/mailer/slow`).catch(() => undefined);
    await expect.poll(() => statusOf(server, 'mailer')?.activeRequests).toBe(1);
    await page.getByRole('switch', { name: 'Mailer' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 call is running.').waitFor();
    await dialog.getByRole('button', { name: 'Disable' }).click();
    await row(page, 'mailer').getByText('1 call left').waitFor();
    await row(page, 'mailer').getByText('GET /slow').waitFor();
    // what is done to one plugin keeps no other waiting
    await page.getByRole('switch', { name: 'Shop' }).click();
    await announced(page, 'Shop was disabled.').waitFor({ state: 'attached' });
    await row(page, 'mailer').getByRole('button', { name: 'Force now' }).click();
    await announced(page, 'Mailer was disabled.').waitFor({ state: 'attached' });
    await call;
  });

  test('names no calls that have ended', async () => {
    await using server = await startPanelServer({ plugins: { mailer: manyPlugins['mailer'] ?? {} } });
    const call = fetch(`${server.url}/api/plugins/mailer/slow`);
    await expect.poll(() => statusOf(server, 'mailer')?.activeRequests).toBe(1);
    const { page } = await open(`${server.url}/admin/plugins`);
    await row(page, 'mailer').waitFor();
    await fetch(`${server.url}/api/plugins/mailer/release`);
    await call;
    await page.getByRole('switch', { name: 'Mailer' }).click();
    await announced(page, 'Mailer was disabled.').waitFor({ state: 'attached' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('asks with what it knows where the server does not say what runs', async () => {
    await using server = await startPanelServer({ plugins: { mailer: manyPlugins['mailer'] ?? {} } });
    const { page } = await open(`${server.url}/admin/plugins`);
    await page.route('**/api/plugins/mailer', (route) => route.fulfill({ status: 503, body: 'away' }));
    await page.getByRole('switch', { name: 'Mailer' }).click();
    await page.getByRole('dialog', { name: 'Disable Mailer?' }).getByRole('button', { name: 'Cancel' }).click();
    expect(statusOf(server, 'mailer')).toMatchObject({ state: 'active' });
  });

  for (const stream of ['as it is', 'cut off'])
    test(`cuts the calls at once for those who choose not to wait, those of dependants too, with live events ${stream}`, async () => {
      const needsMailer = { displayName: 'Reports', dependencies: { mailer: '^1.0.0' } };
      await using server = await startPanelServer({
        plugins: { mailer: manyPlugins['mailer'] ?? {}, reports: plugin('reports', needsMailer, slowRoute) },
      });
      const calls = ['mailer', 'reports'].map(async (name) => fetch(`${server.url}/api/plugins/${name}/slow`));
      for (const name of ['mailer', 'reports']) await expect.poll(() => statusOf(server, name)?.activeRequests).toBe(1);
      const { page } = await open('about:blank');
      if (stream === 'cut off') await page.route('**/api/plugins/events*', (route) => route.abort());
      await page.goto(`${server.url}/admin/plugins`);
      await page.getByRole('switch', { name: 'Mailer' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Stop now').check();
      await dialog.getByLabel('Take these off too').check();
      await dialog.getByRole('button', { name: 'Disable' }).click();
      await announced(page, 'Mailer was disabled.').waitFor({ state: 'attached' });
      for (const [name, kind] of [
        ['reports', 'block'],
        ['mailer', 'disable'],
      ] as const) {
        const operation = server.host.operations.list(name).find((one) => one.kind === kind);
        expect(operation).toMatchObject({ status: 'succeeded', drain: { forcedBy: 'ana', cut: 1 } });
      }
      expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([503, 503]);
    });

  test('asks for consent to what a plugin wants, in its own words', async () => {
    await using server = await startPanelServer({
      plugins: { mailer: manyPlugins['mailer'] ?? {} },
      host: { consent: 'always' },
    });
    const { page } = await open(`${server.url}/admin/plugins`);
    await page.getByRole('button', { name: 'Review permissions' }).click();
    const dialog = page.getByRole('dialog', { name: 'Mailer asks for permissions' });
    await dialog.getByText('Talks to the mail server.').waitFor();
    await dialog.getByRole('button', { name: 'Grant and enable' }).click();
    await row(page, 'mailer').getByText('Running').waitFor();
    expect(server.changes.at(-1)?.body).toEqual({ enabled: true, grant: ['network:smtp'] });
  });

  test('gives a command to many plugins and says of each how it ended', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins`);
    await page.getByLabel('Select Egg explorer').check();
    await page.getByLabel('Select Shop').check();
    const bulk = page.getByRole('region', { name: '2 selected' });
    await bulk.getByRole('button', { name: 'Reload' }).click();
    await bulk.getByText('Reload: 1 done, 1 failed').waitFor();
    expect(await bulk.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^✕ Egg explorer: .*The hen is away/),
      '✓ Shop: Done',
    ]);
  });

  test('takes off first those that need others, and brings up last', async () => {
    await using server = await startPanelServer({
      plugins: {
        mailer: plugin('mailer', { displayName: 'Mailer' }),
        reports: plugin('reports', { displayName: 'Reports', dependencies: { mailer: '^1.0.0' } }),
        archive: plugin('archive', { displayName: 'Archive', dependencies: { reports: '^1.0.0' } }),
      },
    });
    const { page } = await open(`${server.url}/admin/plugins`);
    await page.getByLabel('Select all shown').check();
    const bulk = page.getByRole('region', { name: '3 selected' });
    await bulk.getByRole('button', { name: 'Disable' }).click();
    await bulk.getByText('Disable: 3 done, 0 failed').waitFor();
    expect(await bulk.getByRole('listitem').allTextContents()).toEqual([
      '✓ Archive: Done',
      '✓ Reports: Done',
      '✓ Mailer: Done',
    ]);
    await bulk.getByRole('button', { name: 'Enable' }).click();
    await bulk.getByText('Enable: 3 done, 0 failed').waitFor();
    expect(await bulk.getByRole('listitem').allTextContents()).toEqual([
      '✓ Mailer: Done',
      '✓ Reports: Done',
      '✓ Archive: Done',
    ]);
  });

  test('keeps the results of a command for many when no plugin fits the filter any more', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins?state=failed`);
    await page.getByLabel('Select Egg explorer').check();
    await server.folder.write('broken', plugin('broken', { displayName: 'Egg explorer' }));
    await page.getByRole('region', { name: '1 selected' }).getByRole('button', { name: 'Enable' }).click();
    await page.getByText('No plugin matches.').waitFor();
    const results = page.locator('[data-pk-part=bulk-results]');
    await results.getByText('Enable: 1 done, 0 failed').waitFor();
    await results.getByText('✓ Egg explorer: Done').waitFor();
  });

  test('tells empty, loading, failed and offline apart', async () => {
    await using server = await startPanelServer();
    const { page } = await open('about:blank');
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/api/plugins', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${server.url}/admin/plugins`);
    await page.locator('[data-pk-part=loading]').waitFor();
    answer();
    await page.getByText('No plugins yet').waitFor();

    await page.route('**/api/plugins', (route) => route.fulfill({ status: 503, body: 'away' }));
    await page.reload();
    await page.getByRole('alert').getByText('The plugins could not be loaded').waitFor();
    expect(await page.getByText('No plugins yet').count()).toBe(0);
    await page.unroute('**/api/plugins');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No plugins yet').waitFor();
  });

  test('keeps what it knows while the server is away, says so, and finds back', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins });
    const { page } = await open(`${server.url}/admin/plugins`);
    await page.locator('[data-pk-part=connection][data-state=live]').waitFor();
    const comeBack = server.goAway();
    await page.locator('[data-pk-part=connection][data-state=offline]').waitFor();
    await page.getByText('No connection to the server').waitFor();
    expect(await shown(page)).toHaveLength(5);
    await server.host.disable('shop');
    comeBack();
    await page.locator('[data-pk-part=connection][data-state=live]').waitFor();
    await row(page, 'shop').getByText('Disabled').waitFor();
    await page.getByText('No connection to the server').waitFor({ state: 'detached' });
  });

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1200, 375])
      test(`has nothing for axe to find, in ${colorScheme} and ${width} pixels wide`, async () => {
        await using server = await startPanelServer({ plugins: manyPlugins });
        const { page, errors } = await open(`${server.url}/admin/plugins`, {
          colorScheme,
          viewport: { width, height: 900 },
        });
        await row(page, 'shop').waitFor();
        await page.getByLabel('Select Shop').check();
        expect(await violationsOn(page)).toEqual([]);
        await page.getByRole('switch', { name: 'Mailer' }).click();
        await page.getByRole('dialog').waitFor();
        expect(await violationsOn(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        expect(errors).toEqual([]);
      });
});
