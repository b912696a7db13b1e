import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, isCi } from '../../../scripts/chromium.mjs';
import { createWorkplace, startHost, token, type RunningHost, type Workplace } from './running-host.ts';

const executablePath = findChromium();

describe.skipIf(executablePath === undefined && !isCi())('the panel of the example', () => {
  let place: Workplace;
  let host: RunningHost;
  let browser: Browser;
  beforeAll(async () => {
    place = await createWorkplace();
    host = await startHost(place);
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox'],
    });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await host[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  async function signIn(): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${host.url}/admin/plugins`);
    await page.getByLabel('Bearer token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return page;
  }

  it('lets an administrator in with the token, who puts a plugin off and on', async () => {
    expect(host.output()).toContain(`${host.url}/admin/plugins`);
    const page = await signIn();
    const toggle = page.getByRole('switch', { name: 'Example Plugin' });
    await toggle.click();
    await page.getByText('Example Plugin was disabled.').waitFor({ state: 'attached' });
    expect((await host.fetch('/api/plugins/example-plugin/hello')).status).toBe(503);
    await toggle.click();
    await page.getByText('Example Plugin was enabled.').waitFor({ state: 'attached' });
    expect((await host.fetch('/api/plugins/example-plugin/hello')).status).toBe(200);
  });

  it('has the tab of the ticket desk on its page, where tickets are opened and read, while it is enabled', async () => {
    const page = await signIn();
    await page.getByRole('link', { name: 'Ticket desk' }).click();
    const tab = page.getByRole('tab', { name: 'Tickets' });
    await tab.click();
    await page.getByLabel('Title').fill('The lobby is dark in the panel');
    await page.getByRole('button', { name: 'Open ticket' }).click();
    await page.getByRole('row', { name: 'The lobby is dark in the panel' }).waitFor();
    await page.getByRole('switch', { name: 'Ticket desk' }).click();
    await page.getByRole('checkbox', { name: 'Take these off too.' }).check();
    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await tab.waitFor({ state: 'detached' });
  });
});
