import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, isCi } from '../../../scripts/chromium.mjs';
import { onLoad, startServer, token, type TestServer } from './start-server.ts';

const prefix = '/api/plugins';
const plugins = {
  tickets: {
    'plugin.json': {
      name: 'tickets',
      displayName: 'Ticket desk',
      version: '1.0.0',
      description: 'Helps <b>people</b>.',
      backend: { entry: 'index.js' },
    },
    'index.js': onLoad(`
      const Ticket = { $id: 'Ticket', type: 'object', required: ['title'], properties: {
        title: { type: 'string', description: '<img src=x onerror="document.title = 1">' }, parts: { type: 'array', items: { $ref: '#' } } } };
      ctx.registerRoute({ method: 'POST', url: '/tickets/:id', schema: { summary: 'Change a ticket', body: Ticket }, handler: async () => 1 });
      ctx.registerRoute({ method: 'GET', url: '/statistics', handler: async () => 1 });`),
  },
};

test('the page needs nothing from elsewhere, allows no other scripts and says nothing without the guard', async () => {
  await using server = await startServer({ plugins });
  const page = await server.fetch(`${prefix}/docs`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toContain('unsafe');
  const html = await page.text();
  expect(html).not.toMatch(/ticket|https?:|style=|<script>|\son\w+=/i);
  const names = new Set([...html.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, file]) => file));
  expect([...names]).toEqual(['docs/page.css', 'docs/page.js']);
  for (const name of names) {
    const file = await server.fetch(`${prefix}/${name}`);
    expect([file.status, file.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    expect(await file.text()).not.toMatch(/https?:\/\/|innerHTML|eval\(/);
  }
});

const executablePath = findChromium();

describe.skipIf(executablePath === undefined && !isCi())('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  async function open(server: TestServer): Promise<{ page: Page; errors: string[] }> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // what the guard refuses is told there too
      const isAnswer = /status of 40[14]/.test(message.text());
      if (message.type() === 'error' && !isAnswer) errors.push(message.text());
    });
    await page.goto(`${server.url}${prefix}/docs`);
    return { page, errors };
  }

  async function signIn(page: Page, given = token): Promise<void> {
    await page.getByLabel('Bearer token').fill(given);
    await page.getByRole('button', { name: 'Show the API' }).click();
  }

  test('an administrator gives a token, reads, searches and leaves', async () => {
    await using server = await startServer({ plugins });
    const { page, errors } = await open(server);
    await page.getByText('The server wants to know who you are.').waitFor();
    expect(await page.locator('details').count()).toBe(0);
    await signIn(page);
    await page.getByRole('heading', { name: 'Ticket desk' }).waitFor();
    await page.getByText('Helps <b>people</b>.').waitFor();

    await page.getByText('Change a ticket').click();
    const operation = page.locator('details[open]');
    await operation.getByText('"title": "string"').waitFor();
    await operation.getByRole('link', { name: 'tickets.Ticket' }).first().click();
    await page.locator('details.schema[open]', { hasText: 'tickets.Ticket' }).waitFor();

    await page.getByLabel('Search').fill('get statis');
    expect(await page.locator('details.operation:visible').allTextContents()).toEqual([
      `GET ${prefix}/tickets/statistics`,
    ]);
    expect(await page.title()).toBe('Catalyst Plugins');

    await page.getByRole('button', { name: 'Forget the token' }).click();
    await page.getByText('The server wants to know who you are.').waitFor();
    expect(await page.locator('details').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('the page follows the plugins and keeps open what was open', async () => {
    await using server = await startServer({ plugins, adapter: { openApi: { public: true } } });
    const { page, errors } = await open(server);
    await page.getByText('/tickets/statistics').click();
    expect(await page.locator('details.operation').count()).toBe(2);
    await server.folder.write('tickets', {
      'index.js': onLoad(`
        ctx.registerRoute({ method: 'GET', url: '/statistics', handler: async () => 1 });
        ctx.registerRoute({ method: 'GET', url: '/export', handler: async () => 1 });`),
    });
    await server.host.reload('tickets');
    await page.getByText('/tickets/export').waitFor();
    expect(await page.locator('details[open]').textContent()).toContain('/tickets/statistics');
    await server.host.disable('tickets');
    await page.getByText('0 operations').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});
