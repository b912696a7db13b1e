import { expect, test } from 'vitest';
import { violationsOn } from './support/accessibility.ts';
import { describeInBrowser } from './support/browser.ts';
import { plugin, startPanelServer } from './support/panel-server.ts';

describeInBrowser('somebody who may only look at plugins', (open) => {
  test('is told so, and is offered no switch and no reload that the server would refuse', async () => {
    await using server = await startPanelServer({ plugins: { shop: plugin('shop') }, permissions: ['plugins.read'] });
    const { page, errors } = await open(`${server.url}/admin/plugins`);
    await page.getByText('You may look at plugins, but not change them.').waitFor();
    const toggle = page.getByRole('switch', { name: 'shop enabled' });
    await toggle.click({ force: true });
    expect(await toggle.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('button', { name: 'Reload shop' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('link', { name: 'shop', exact: true }).click();
    await page.getByRole('heading', { name: 'shop' }).waitFor();
    await page.getByText('You may look at plugins, but not change them.').waitFor();
    expect(server.changes).toEqual([]);
    expect(server.host.status().map(({ state }) => state)).toEqual(['active']);
    expect(await violationsOn(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
