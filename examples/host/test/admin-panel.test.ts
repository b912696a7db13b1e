import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { findChromium, isCi } from '../../../scripts/chromium.mjs';
import { createWorkplace, startHost, token } from './running-host.ts';

const executablePath = findChromium();

test.skipIf(executablePath === undefined && !isCi())(
  'an administrator signs in to the panel with the token and puts a plugin off and on',
  async () => {
    await using place = await createWorkplace();
    await using host = await startHost(place);
    expect(host.output()).toContain(`${host.url}/admin/plugins`);
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(`${host.url}/admin/plugins`);
      await page.getByLabel('Bearer token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      const toggle = page.getByRole('switch', { name: 'Example Plugin' });
      await toggle.click();
      await page.getByText('Example Plugin was disabled.').waitFor({ state: 'attached' });
      expect((await host.fetch('/api/plugins/example-plugin/hello')).status).toBe(503);
      await toggle.click();
      await page.getByText('Example Plugin was enabled.').waitFor({ state: 'attached' });
      expect((await host.fetch('/api/plugins/example-plugin/hello')).status).toBe(200);
    } finally {
      await browser.close();
    }
  },
);
