import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInPages } from '../../../packages/react/test/support/frontends-page.ts';
import { createWorkplace, startHost, token, type RunningHost, type Workplace } from './running-host.ts';

let place: Workplace;
let host: RunningHost;
beforeAll(async () => {
  place = await createWorkplace();
  host = await startHost(place);
}, 120_000);
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

it('the frontends of the example are listed for everybody, and none is broken', async () => {
  const answer = await host.fetch('/api/plugins/ui/manifest');
  const { data } = (await answer.json()) as { data: { frontends: { plugin: string }[]; broken: unknown[] } };
  expect(data.frontends.map(({ plugin }) => plugin)).toEqual(['example-plugin', 'ticket-desk']);
  expect(data.broken).toEqual([]);
});

describeInPages('the example', (open, version) => {
  it('has a card and a tab of the example plugin, and a desk where tickets are opened and read', async () => {
    const title = `The lobby is dark for ${version}`;
    const { page, errors } = await open(host.url, { token: `Bearer ${token}` });
    await page.getByRole('heading', { name: 'Example plugin' }).waitFor();
    await page.getByRole('tab', { name: 'Try it' }).click();
    await page.getByText('Hello from the example plugin!').waitFor();

    await page.getByText(/\d open, 0 overdue/).waitFor();
    await page.getByRole('link', { name: 'Tickets' }).click();
    await page.getByLabel('Title').fill(title);
    await page.getByLabel('Priority').selectOption('low');
    await page.getByRole('button', { name: 'Open ticket' }).click();
    const row = page.getByRole('row', { name: title });
    await row.waitFor();
    const number = await row.getByRole('cell').first().textContent();
    await page.getByLabel('Search').fill('nothing like that');
    await row.waitFor({ state: 'detached' });
    await page.evaluate(`location.hash = '/ticket-desk/tickets/${number}'`);
    await page.getByRole('heading', { name: title }).waitFor();
    expect(errors).toEqual([]);
  });
});
