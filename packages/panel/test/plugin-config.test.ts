import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { violationsOn } from './support/accessibility.ts';
import { describeInBrowser } from './support/browser.ts';
import { deskPlugin } from './support/desk-plugin.ts';
import { plugin, startPanelServer, type PanelServer } from './support/panel-server.ts';

const env = { CATALYST_CONFIG__DESK__REGION: 'south' };

async function startDesk(): Promise<PanelServer> {
  return startPanelServer({
    plugins: { desk: deskPlugin, plain: plugin('plain', { displayName: 'Plain' }) },
    host: { env, secretKey: 'a key for tests of sixteen' },
  });
}

function savedBodies({ changes }: PanelServer): readonly unknown[] {
  return changes.filter(({ method }) => method === 'PUT').map(({ body }) => body);
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Review/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
}

describeInBrowser('the configuration of a plugin', (open) => {
  test('one of many settings is changed, reviewed and saved alone', async () => {
    await using server = await startDesk();
    const { page, errors } = await open(`${server.url}/admin/plugins/desk/config`);
    await page.getByLabel('Greeting').fill('bonjour');
    await page.getByRole('button', { name: 'Review 1 change' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change Desk?' });
    await dialog.getByRole('row', { name: 'Greeting "hello" "bonjour"' }).waitFor();
    await dialog.getByText('The plugin takes it over while it runs.').waitFor();
    expect(savedBodies(server)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Desk was changed.').waitFor({ state: 'attached' });
    expect(savedBodies(server)).toEqual([{ config: { greeting: 'bonjour' } }]);
    await page.getByText(/^Revision 1 · saved by ana, /).waitFor();
    expect(await page.getByRole('button', { name: 'Review 0 changes' }).getAttribute('aria-disabled')).toBe('true');

    // what differs from the default is marked, and goes back to it
    await page.getByRole('button', { name: 'Reset Greeting' }).click();
    expect(await page.getByLabel('Greeting').inputValue()).toBe('hello');
    await save(page);
    await page.getByText('Revision 2').waitFor();
    expect(savedBodies(server).at(-1)).toEqual({ config: { greeting: null } });
    expect(await page.getByRole('button', { name: 'Reset Greeting' }).count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('every kind of setting has a control, and what has none is edited as JSON', async () => {
    await using server = await startDesk();
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    await page.getByLabel('Hours').fill('12');
    await page.getByLabel('Rate').fill('2.25');
    await page.getByLabel('Open').uncheck();
    await page.getByLabel('Tone').selectOption('Very loud');
    await page.getByLabel('tue').check();
    await page.getByLabel('Footer').fill('So long');
    await page.getByLabel('Extra').fill('{ "deep": [1, true] }');
    await page.getByLabel('plain').fill('changed');
    await page.getByLabel('Host').fill('mail.example.com');
    await page.getByLabel('Port').fill('587');
    await page.getByRole('button', { name: 'Add to Cities' }).click();
    await page.getByLabel('Cities 2').fill('Oslo');
    await page.getByRole('button', { name: 'Remove Cities 1' }).click();
    await page.getByLabel('Odd').fill('7');
    await save(page);
    await page.getByText('Revision 1').waitFor();
    expect(savedBodies(server)).toEqual([
      {
        config: {
          hours: 12,
          rate: 2.25,
          open: false,
          tone: 'loud',
          days: ['tue'],
          footer: 'So long',
          extra: { deep: [1, true] },
          plain: 'changed',
          smtp: { host: 'mail.example.com', port: 587 },
          cities: ['Oslo'],
          odd: 7,
        },
      },
    ]);
  });

  test('a secret is kept, replaced and cleared without ever being on the page or in an answer', async () => {
    await using server = await startDesk();
    await server.host.config.update('desk', { apiKey: 'first-secret' }, { actor: 'ben' });
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    const answers: Promise<string>[] = [];
    page.on('response', (response) => {
      if (response.url().includes('config')) answers.push(response.text().catch(() => ''));
    });
    const isNowhere = async (): Promise<void> => {
      const text = await page.content();
      for (const secret of ['first-secret', 'second-secret']) {
        expect(text).not.toContain(secret);
        expect((await Promise.all(answers)).join('\n')).not.toContain(secret);
      }
    };
    await page.getByText('is set').waitFor();
    await isNowhere();
    await page.getByRole('button', { name: 'Replace API key' }).click();
    expect(await page.locator(':focus').getAttribute('type')).toBe('password');
    await page.keyboard.type('second-secret');
    await isNowhere();
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    expect(await page.getByLabel('Settings as JSON').inputValue()).toMatch(/"apiKey": \{\s+"\$secret": "new"\s+\}/);
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    await page.getByText('new value, not saved').waitFor();
    await page.getByRole('button', { name: 'Review 1 change' }).click();
    await page.getByRole('row', { name: 'API key •••••••• (set) •••••••• (new)' }).waitFor();
    await isNowhere();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Revision 2').waitFor();
    expect(savedBodies(server)).toEqual([{ config: { apiKey: 'second-secret' } }]);
    await isNowhere();

    await page.getByRole('button', { name: 'Clear API key' }).click();
    await page.getByText('will be cleared').waitFor();
    await page.getByRole('button', { name: 'Keep API key' }).click();
    expect(await page.getByRole('button', { name: 'Review 0 changes' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Clear API key' }).click();
    await save(page);
    await page.getByText('Revision 3').waitFor();
    expect(savedBodies(server).at(-1)).toEqual({ config: { apiKey: null } });
  });

  test('what the environment decides is locked, and says which variable does', async () => {
    await using server = await startDesk();
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    const region = page.getByLabel('Region');
    expect(await region.inputValue()).toBe('south');
    expect(await region.isEditable()).toBe(false);
    const described = await region.evaluate(
      (element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent,
    );
    expect(described).toContain('The environment variable CATALYST_CONFIG__DESK__REGION decides this.');
  });

  test('a refused value is told at its field, which has the focus', async () => {
    await using server = await startDesk();
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    await page.getByLabel('Port').fill('0');
    await page.getByLabel('Hours').fill('many');
    await page.getByRole('button', { name: 'Review 2 changes' }).click();
    await page.getByText('2 settings need attention.').first().waitFor();
    const focused = page.locator(':focus');
    expect(await focused.getAttribute('aria-invalid')).toBe('true');
    // the first on the page
    const first = await page.locator('[aria-invalid=true]').first().getAttribute('id');
    expect(await focused.getAttribute('id')).toBe(first);
    for (const label of ['Port', 'Hours']) {
      const message = await page.getByLabel(label).evaluate((element) =>
        (element.getAttribute('aria-describedby') ?? '')
          .split(' ')
          .map((id) => document.getElementById(id)?.textContent ?? '')
          .join(' '),
      );
      expect(message.length).toBeGreaterThan(5);
    }
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByLabel('Port').fill('25');
    await page.getByLabel('Hours').fill('5');
    await page.getByLabel('Greeting').fill('HELLO');
    await page.getByRole('button', { name: 'Review 3 changes' }).click();
    await page.locator('[data-pk-pointer="/greeting"]').getByText('not so loud').waitFor();
    expect(await page.getByLabel('Greeting').evaluate((element) => element === document.activeElement)).toBe(true);
    expect(savedBodies(server)).toEqual([]);
  });

  test('the tab says how much is not saved, and the view stands in the address', async () => {
    await using server = await startDesk();
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    await page.getByLabel('Greeting').fill('bonjour');
    await page.getByLabel('Hours').fill('7');
    const tab = page.getByRole('tab', { name: 'Configuration 2 unsaved changes' });
    await tab.waitFor();
    expect(await tab.textContent()).toContain('•2');
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    expect(new URL(page.url()).search).toBe('?view=json');
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByRole('log').waitFor();
    await tab.click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('tab', { name: 'Configuration', exact: true }).waitFor();
    await page.goto(`${server.url}/admin/plugins/desk/config?view=history`);
    await page.getByText('Nothing was saved yet.').waitFor();
  });

  test('what is no JSON is not sent', async () => {
    await using server = await startDesk();
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    await page.getByLabel('Extra').fill('{ "a": ');
    await page.getByText('This is not JSON').waitFor();
    await page.getByLabel('Greeting').fill('hi');
    await page.getByRole('button', { name: 'Review 1 change' }).click();
    expect(await page.getByLabel('Extra').evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await page.getByText('This is not JSON').count()).toBe(0);
    expect(await page.getByLabel('Greeting').inputValue()).toBe('hello');
    expect(server.changes).toEqual([]);
  });

  test('text that is no JSON yet is not left behind until it is corrected or discarded', async () => {
    await using server = await startDesk();
    const { page } = await open(`${server.url}/admin/plugins/desk/config?view=json`);
    const area = page.getByLabel('Settings as JSON');
    const [form, history] = ['Form', 'History'].map((name) => page.getByRole('button', { name, exact: true }));
    const otherTab = page.getByRole('tab', { name: 'Logs' });
    const list = page.getByRole('link', { name: 'Plugins' });
    await area.fill('{ "greeting": "hi", ');
    const byArrow = async (): Promise<void> => {
      await page.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press('ArrowRight');
    };
    const ways = [form, history, otherTab, list].map((elsewhere) => () => elsewhere?.click());
    for (const leave of [...ways, byArrow]) {
      await leave();
      await page.getByRole('alert').getByText('What is typed is no JSON yet').waitFor();
      expect(await area.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await area.inputValue()).toBe('{ "greeting": "hi", ');
    }
    await area.fill('{ "greeting": "hi" }');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await form?.click();
    expect(await page.getByLabel('Greeting').inputValue()).toBe('hi');

    // a field of the form that is edited as JSON too
    await page.getByLabel('Extra').fill('{ "a": ');
    await history?.click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await history?.click();
    await page.getByText('Nothing was saved yet.').waitFor();
    await page.goto(`${server.url}/admin/plugins/desk/config?view=json`);
    await area.fill('{');
    // without a change that could be saved
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(JSON.parse(await area.inputValue())).toMatchObject({ greeting: 'hello' });
  });

  test('the whole is edited as JSON too, and only what differs is sent', async () => {
    await using server = await startDesk();
    await server.host.config.update('desk', { apiKey: 'first-secret', greeting: 'hi' }, { actor: 'ben' });
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const area = page.getByLabel('Settings as JSON');
    const shown = JSON.parse(await area.inputValue()) as Record<string, unknown>;
    expect(shown).toMatchObject({ greeting: 'hi', hours: 24, apiKey: { $secret: 'set' } });
    expect(shown).not.toHaveProperty('region');
    const { greeting: _greeting, ...others } = shown;
    await area.fill(JSON.stringify({ ...others, hours: 8 }));
    await save(page);
    await page.getByText('Revision 2').waitFor();
    expect(savedBodies(server)).toEqual([{ config: { hours: 8, greeting: null } }]);
  });

  test('where two have changed the same setting, one value is picked for each', async () => {
    await using server = await startDesk();
    const first = await open(`${server.url}/admin/plugins/desk/config`);
    const second = await open(`${server.url}/admin/plugins/desk/config`);
    for (const [key, value] of [
      ['Greeting', 'mine'],
      ['Hours', '11'],
      ['Footer', 'my footer'],
      ['Rate', '9'],
    ] as const)
      await first.page.getByLabel(key).fill(value);
    await second.page.getByLabel('Greeting').fill('theirs');
    await second.page.getByLabel('Hours').fill('22');
    await second.page.getByLabel('Footer').fill('their footer');
    await save(second.page);
    await second.page.getByText('Revision 1').waitFor();

    const { page } = first;
    const notice = page.locator('[data-pk-part=conflict]');
    await notice.getByText('ana saved revision 1 while you edited').waitFor();
    const apply = notice.getByRole('button', { name: 'Use these values' });
    expect(await apply.getAttribute('aria-disabled')).toBe('true');
    expect(await notice.getByRole('group').count()).toBe(3);
    await notice.getByRole('group', { name: 'Greeting' }).getByLabel('Mine: "mine"').check();
    await notice.getByRole('group', { name: 'Hours' }).getByLabel('Theirs: 22').check();
    await notice.getByRole('group', { name: 'Footer' }).getByLabel('As it was: "Bye"').check();
    await apply.click();
    expect(await page.getByLabel('Hours').inputValue()).toBe('22');
    await page.getByRole('button', { name: 'Review 3 changes' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Revision 2').waitFor();
    expect(savedBodies(server).at(-1)).toEqual({ config: { greeting: 'mine', footer: 'Bye', rate: 9 } });
    await second.page.getByText('Revision 2').waitFor();
    expect(await second.page.getByLabel('Greeting').inputValue()).toBe('mine');
  });

  test('what was saved before is restored, after showing what that changes', async () => {
    await using server = await startDesk();
    await server.host.config.update('desk', { greeting: 'one' }, { actor: 'ben' });
    await server.host.config.update('desk', { greeting: 'two', hours: 3 }, { actor: 'eva' });
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    await page.getByRole('button', { name: 'History' }).click();
    await page.getByText('counts now').waitFor();
    await page.getByText(/^Revision 2 · saved by eva, /).waitFor();
    await page.getByRole('listitem').getByText('eva').waitFor();
    await page.getByRole('button', { name: 'Restore revision 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore revision 1?' });
    await dialog.getByRole('row', { name: 'Greeting "two" "one"' }).waitFor();
    await dialog.getByRole('row', { name: 'Hours 3 24' }).waitFor();
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Revision 1 was restored.').waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Restore revision 2' }).waitFor();
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    expect(await page.getByLabel('Greeting').inputValue()).toBe('one');
  });

  test('a plugin is enabled, configured and disabled with the keyboard alone', async () => {
    await using server = await startDesk();
    await server.host.disable('desk');
    const { page } = await open(`${server.url}/admin/plugins/desk/config`);
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let step = 0; step < 80; step += 1) {
        await page.keyboard.press('Tab');
        const focused = page.locator(':focus');
        const label = await focused.evaluate(
          (element) =>
            element.getAttribute('aria-label') ??
            (element as HTMLInputElement).labels?.[0]?.textContent ??
            element.textContent,
        );
        if (name.test(label)) return;
      }
      throw new Error(`The Tab key does not lead to ${name.source}.`);
    };
    await page.getByLabel('Greeting').waitFor();
    await tabTo(/^Desk enabled$/);
    await page.keyboard.press('Space');
    await page.getByText('Desk was enabled.').waitFor({ state: 'attached' });
    await tabTo(/^Greeting$/);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('salut');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await tabTo(/^Save$/);
    await page.keyboard.press('Enter');
    await page.getByText('Desk was changed.').waitFor({ state: 'attached' });
    await dialog.waitFor({ state: 'detached' });
    expect(await page.locator(':focus').count()).toBe(1);
    await page.reload();
    await page.getByLabel('Greeting').waitFor();
    expect(await page.getByLabel('Greeting').inputValue()).toBe('salut');
    await tabTo(/^Desk enabled$/);
    await page.keyboard.press('Space');
    await page.getByText('Desk was disabled.').waitFor({ state: 'attached' });
    const paths = server.changes.map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body)}`);
    expect(paths.filter((path) => !path.includes('/config/test'))).toEqual([
      'POST /api/plugins/desk/enable {"enabled":true}',
      'PUT /api/plugins/desk/config {"config":{"greeting":"salut"}}',
      'POST /api/plugins/desk/enable {"enabled":false}',
    ]);
  });

  test('a plugin without settings says so', async () => {
    await using server = await startDesk();
    const { page } = await open(`${server.url}/admin/plugins/plain/config`);
    await page.getByText('This plugin has no settings.').waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1200, 375])
      test(`has nothing for axe to find, in ${colorScheme} and ${width} pixels wide`, async () => {
        await using server = await startDesk();
        await server.host.config.update('desk', { apiKey: 'first-secret', greeting: 'hi' }, { actor: 'ben' });
        const { page } = await open(`${server.url}/admin/plugins/desk/config`, {
          colorScheme,
          viewport: { width, height: 900 },
        });
        const look = async (name: string): Promise<void> => {
          expect(await violationsOn(page)).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          const folder = process.env['PANEL_SCREENSHOTS'];
          if (folder) await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
        };
        await page.getByLabel('Greeting').fill('bonjour');
        await page.getByLabel('Extra').fill('{');
        await look('form');
        await page.getByLabel('Extra').fill('{}');
        await page.getByLabel('Hours').fill('0');
        await page.getByRole('button', { name: 'Review 2 changes' }).click();
        await page.getByText('1 setting needs attention.').first().waitFor();
        await look('refused');
        await page.getByLabel('Hours').fill('24');
        await page.getByRole('button', { name: 'Review 1 change' }).click();
        await page.getByRole('dialog').waitFor();
        await look('review');
        await page.getByRole('button', { name: 'Back' }).click();
        await server.host.config.update('desk', { greeting: 'salve' }, { actor: 'ben' });
        await page.locator('[data-pk-part=conflict]').waitFor();
        await look('conflict');
        await page.getByRole('button', { name: 'JSON', exact: true }).click();
        await page.getByLabel('Settings as JSON').waitFor();
        await look('json');
        await page.getByRole('button', { name: 'History' }).click();
        await page.getByText('counts now').waitFor();
        await look('history');
      });
});
