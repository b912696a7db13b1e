import { manifestOf } from '@catalyst-plugins/core/testing';
import { expect, test } from 'vitest';
import { violationsOn } from './support/accessibility.ts';
import { describeInBrowser } from './support/browser.ts';
import { startPanelServer } from './support/panel-server.ts';

const frontend = `
  import { createElement as h, useState } from 'react';
  import { useOwnPlugin } from '@catalyst-plugins/react';
  function Board() {
    const [isBroken, breakIt] = useState(false);
    const { name } = useOwnPlugin();
    if (isBroken) throw new Error('the board fell');
    return h('div', null, h('h2', null, 'Board of ' + name), h('button', { type: 'button', onClick: () => breakIt(true) }, 'Break'));
  }
  export const tabs = [{ id: 'board', label: 'Board', component: Board }];`;
const desk = {
  'plugin.json': manifestOf('desk', { displayName: 'Desk', frontend: { entry: 'ui/index.js' } }),
  'index.js': 'export default { onLoad() {} };',
  'ui/index.js': frontend,
};

describeInBrowser('what plugins add to the panel', (open) => {
  test('is a tab on their page that has an address, and goes when the plugin is disabled', async () => {
    await using server = await startPanelServer({ plugins: { desk } });
    const { page, errors } = await open(`${server.url}/admin/plugins/desk`);
    await page.getByRole('tab', { name: 'Board' }).click();
    await page.getByRole('heading', { name: 'Board of desk' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/admin/plugins/desk/x-board');
    expect(await page.getByRole('tab').allTextContents()).toEqual(expect.arrayContaining(['Overview', 'Board']));
    expect(await page.getByRole('tab').last().textContent()).toBe('Danger zone');
    expect(await violationsOn(page)).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: 'Board of desk' }).waitFor();
    await server.host.disable('desk');
    await page.getByRole('tab', { name: 'Overview', selected: true }).waitFor();
    expect(await page.getByRole('tab', { name: 'Board' }).count()).toBe(0);
    await server.host.enable('desk');
    await page.getByRole('heading', { name: 'Board of desk' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('stays inside its tab when it fails, and can be turned off and on', async () => {
    await using server = await startPanelServer({ plugins: { desk } });
    const { page } = await open(`${server.url}/admin/plugins/desk/x-board`);
    await page.getByRole('button', { name: 'Break' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('the board fell').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Board of desk' }).waitFor();
    await page.getByRole('button', { name: 'Break' }).click();
    await alert.getByRole('button', { name: 'Turn it off' }).click();
    await page.getByText('What this plugin shows is turned off on this page.').waitFor();
    expect(await page.getByRole('tab', { name: 'Board' }).count()).toBe(0);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByRole('heading', { name: 'Board of desk' }).waitFor();
  });

  test('that cannot be loaded is told on the overview, until it is mended', async () => {
    const torn = { ...desk, 'ui/index.js': 'throw new Error("torn");' };
    await using server = await startPanelServer({ plugins: { desk: torn } });
    const { page } = await open(`${server.url}/admin/plugins/desk`);
    await page.getByRole('alert').getByText('torn').waitFor();
    await server.folder.write('desk', { 'ui/index.js': frontend });
    await server.host.reload('desk');
    await page.getByRole('tab', { name: 'Board' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
