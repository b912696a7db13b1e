import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { describeInPages } from './support/frontends-page.ts';
import { startPluginServer, type PluginServer } from './support/plugin-server.ts';

const backend = `
  let count = 0;
  export default { onLoad(ctx) {
    ctx.registerRoute({ method: 'POST', url: '/count', handler: async ({ headers }) => ({ count: ++count, as: headers.authorization ?? 'nobody' }) });
  } };`;

/** A frontend as an author writes it, without a build. */
const frontend = (word: string): string => `
  import { createElement as h, useState } from 'react';
  import { definePluginUI, useOwnPlugin, usePlugins } from '@catalyst-plugins/react';
  import { Greeting } from './greeting.js';

  function Board() {
    const [answer, setAnswer] = useState('');
    const [isBroken, breakIt] = useState(false);
    const { name, fetch, message } = useOwnPlugin();
    const { plugins } = usePlugins();
    if (isBroken) throw new Error('the board fell');
    const count = async () => {
      const { count, as } = await (await fetch('/count', { method: 'POST' })).json();
      setAnswer(count + ' as ' + as);
    };
    return h('div', { className: 'board' },
      h('p', null, '${word} ' + name + ', ' + plugins.length + ' plugins, ' + message('hello', { who: 'Ada' })),
      h('button', { onClick: count }, 'count'),
      h('button', { onClick: () => breakIt(true) }, 'break'),
      h('output', null, answer));
  }

  export default definePluginUI({
    tabs: [{ id: 'board', label: 'board.label', component: Board }],
    routes: [
      { path: '/', label: 'Desk', component: () => h('p', null, 'all tickets') },
      { path: '/tickets/:id', component: ({ plugin, params }) => h('p', null, plugin + ' ticket ' + params.id) },
    ],
    slots: { header: Greeting },
    widgets: [{ id: 'open', label: 'Open tickets', component: () => h('p', null, '${word} seven') }],
    messages: { en: { 'board.label': 'Board', hello: 'hello {who}' }, de: { 'board.label': 'Tafel', hello: 'hallo {who}' } },
    onUnload: () => { globalThis.unloaded = [...(globalThis.unloaded ?? []), '${word}']; },
  });`;

const greeting = `
  import { jsx } from 'react/jsx-runtime';
  export const Greeting = ({ user }) => jsx('p', { children: 'Good evening, ' + user });`;

const desk = {
  'plugin.json': {
    name: 'desk',
    version: '1.0.0',
    displayName: 'Ticket desk',
    backend: { entry: 'backend/index.js' },
    frontend: { entry: 'frontend/index.js', css: ['frontend/desk.css'] },
  },
  'backend/index.js': backend,
  'frontend/index.js': frontend('first'),
  'frontend/greeting.js': greeting,
  'frontend/desk.css': '.board { color: rgb(1, 2, 3); }',
};

const origin = (server: PluginServer): string => new URL(server.baseUrl).origin;
const unloaded = (page: Page): Promise<unknown> => page.evaluate('globalThis.unloaded ?? []');
const section = (page: Page, name: string) => page.getByRole('region', { name });

/** A plugin with a frontend of one module. */
function small(name: string, code: string, members: object = {}): Record<string, object | string> {
  return {
    'plugin.json': { name, version: '1.0.0', frontend: { entry: 'ui/index.js', ...members } },
    'ui/index.js': code,
  };
}

describeInPages('a frontend', (open) => {
  it('is installed, used, updated, disabled and enabled while the page is open, whose own state stays', async () => {
    const server = await startPluginServer();
    const { page, errors } = await open(origin(server));
    await section(page, 'Frontends').getByText('list ready').waitFor();
    await page.getByText('nothing in the header').waitFor();
    await page.getByRole('button', { name: 'host 0' }).click();

    await server.folder.write('desk', desk);
    await server.host.rescan();
    await page.getByText('Good evening, Ada').waitFor();
    await section(page, 'Dashboard').getByRole('heading', { name: 'Open tickets' }).waitFor();
    await page.getByRole('tab', { name: 'Board' }).click();
    await page.getByText('first desk, 1 plugins, hello Ada').waitFor();
    const color = (): Promise<string> => page.locator('.board').evaluate((board) => getComputedStyle(board).color);
    expect(await color()).toBe('rgb(1, 2, 3)');
    await page.getByRole('button', { name: 'count' }).click();
    await page.getByText('1 as nobody').waitFor();
    await page.getByRole('link', { name: 'Desk' }).click();
    await page.getByText('all tickets').waitFor();
    await page.evaluate(() => void (location.hash = '/desk/tickets/a%20b'));
    await page.getByText('desk ticket a b').waitFor();

    await server.folder.write('desk', {
      'plugin.json': { ...desk['plugin.json'], version: '1.1.0' },
      'frontend/index.js': frontend('second'),
      'frontend/desk.css': '.board { color: rgb(4, 5, 6); }',
    });
    await server.host.reload('desk');
    await page.getByText('second desk, 1 plugins').waitFor();
    await expect.poll(() => unloaded(page)).toEqual(['first']);
    expect(await color()).toBe('rgb(4, 5, 6)');
    expect(await page.locator('link[rel=stylesheet]').count()).toBe(1);
    await section(page, 'Frontends').getByText('desk 1.1.0 ready').waitFor();
    await page.getByRole('button', { name: 'host 1' }).waitFor();

    await server.host.disable('desk');
    await page.getByText('nothing in the header').waitFor();
    await page.getByText('no page').waitFor();
    expect(await page.getByRole('tab').count()).toBe(0);
    await expect.poll(() => unloaded(page)).toEqual(['first', 'second']);
    expect(await page.locator('link[rel=stylesheet]').count()).toBe(0);

    await server.host.enable('desk');
    await page.getByText('second desk, 1 plugins').waitFor();
    await page.getByRole('button', { name: 'host 1' }).waitFor();
    expect(errors).toEqual([]);
  });

  it('that fails takes nothing else off the page, can be tried again, and turned off', async () => {
    const other = small(
      'other',
      `import { createElement as h } from 'react'; export const slots = { header: () => h('p', null, 'other greets') };`,
    );
    const server = await startPluginServer({ plugins: { desk, other } });
    const { page } = await open(origin(server));
    await page.getByRole('tab', { name: 'Board' }).click();
    await page.getByRole('button', { name: 'host 0' }).click();
    await page.getByRole('button', { name: 'break' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('the board fell').waitFor();
    await page.getByText('other greets').waitFor();
    await page.getByText('Good evening, Ada').waitFor();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('first desk').waitFor();
    await page.getByRole('button', { name: 'break' }).click();
    await alert.getByRole('button', { name: 'Turn it off' }).click();
    await section(page, 'Frontends').getByText('desk 1.0.0 off').waitFor();
    expect(await page.getByText('Good evening, Ada').count()).toBe(0);
    await page.getByText('other greets').waitFor();
    await expect.poll(() => unloaded(page)).toEqual(['first']);
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('Good evening, Ada').waitFor();
    await page.getByRole('button', { name: 'host 1' }).waitFor();
  });

  it('that crashes is well again with the next release', async () => {
    const server = await startPluginServer({ plugins: { desk } });
    const { page } = await open(origin(server));
    await page.getByRole('tab', { name: 'Board' }).click();
    await page.getByRole('button', { name: 'break' }).click();
    await page.getByRole('alert').waitFor();
    await server.folder.write('desk', { 'frontend/index.js': frontend('mended') });
    await server.host.reload('desk');
    await page.getByText('mended desk').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('that cannot be used says why, and the others show', async () => {
    const wrong = {
      throws: small('throws', 'throw new Error("not today");'),
      syntax: small('syntax', 'this is no JavaScript'),
      torn: small('torn', 'import { nothing } from "./absent.js";'),
      empty: small('empty', 'export const something = 1;'),
      bare: small('bare', 'export const tabs = [{ id: "a" }];'),
      newer: small('newer', 'export const tabs = [];', { shared: 'v9' }),
    };
    const server = await startPluginServer({ plugins: { desk, ...wrong } });
    const { page } = await open(origin(server));
    await page.getByText('Good evening, Ada').waitFor();
    const told = async (plugin: string): Promise<(string | null)[]> => {
      const alert = page.locator(`[role=alert][data-plugin=${plugin}]`);
      return [await alert.getAttribute('data-kind'), await alert.locator('p').textContent()];
    };
    expect(await told('throws')).toEqual(['evaluation', expect.stringContaining('not today')]);
    expect(await told('syntax')).toEqual(['evaluation', expect.stringContaining('Unexpected identifier')]);
    expect(await told('torn')).toEqual(['evaluation', expect.stringContaining('module that it imports')]);
    expect(await told('empty')).toEqual(['invalid-module', expect.stringContaining('exports neither')]);
    expect(await told('bare')).toEqual(['invalid-module', expect.stringContaining('has no component')]);
    expect(await told('newer')).toEqual(['version', expect.stringContaining('version "v9"')]);
  });

  it('that the server cannot serve says so', async () => {
    const wrong = {
      ...small('wrong', ''),
      'plugin.json': { name: 'wrong', version: '1.0.0', frontend: { entry: 'ui/index.tsx' } },
    };
    const server = await startPluginServer({
      plugins: { wrong: { ...wrong, 'ui/index.tsx': 'export default <div>;' } },
    });
    const { page } = await open(origin(server));
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').getAttribute('data-kind')).toBe('unserved');
    await server.folder.write('wrong', { 'ui/index.tsx': 'export const slots = { header: () => <p>mended</p> };' });
    await server.host.reload('wrong');
    await page.getByText('mended').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it.each([
    ['network', 'abort'],
    ['http', 'answer'],
  ])('that was not fetched says why and is tried again: %s', async (kind, how) => {
    const server = await startPluginServer();
    const { page } = await open(origin(server));
    await section(page, 'Frontends').getByText('list ready').waitFor();
    await page.route('**/frontend/index.js*', (route) =>
      how === 'abort' ? route.abort() : route.fulfill({ status: 503 }),
    );
    await server.folder.write('desk', desk);
    await server.host.rescan();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').getAttribute('data-kind')).toBe(kind);
    await page.unroute('**/frontend/index.js*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Good evening, Ada').waitFor();
  });

  it('shows to users who are no administrators, and follows what happens to it', async () => {
    const server = await startPluginServer({
      plugins: { desk },
      token: 'of the administrator',
      frontends: { authorize: ({ headers }) => headers.authorization === 'of a user' },
    });
    const { page, errors } = await open(origin(server), { token: 'of a user' });
    await page.getByRole('tab', { name: 'Board' }).click();
    await page.getByRole('button', { name: 'count' }).click();
    await page.getByText('1 as of a user').waitFor();
    await server.host.disable('desk');
    await page.getByText('nothing in the header').waitFor();
    await server.host.enable('desk');
    await page.getByText('Good evening, Ada').waitFor();
    expect(errors).toEqual([]);
  });

  it('of an older release that arrives late does not take the place of a newer one', async () => {
    const server = await startPluginServer();
    const { page, errors } = await open(origin(server));
    await section(page, 'Frontends').getByText('list ready').waitFor();
    let arrive = (): void => undefined;
    const isHeld = new Promise<void>((held) => {
      void page.route('**/frontend/greeting.js', async (route) => {
        const isLate = new Promise<void>((resolve) => (arrive = resolve));
        held();
        await isLate;
        await route.continue();
      });
    });
    await server.folder.write('desk', desk);
    await server.host.rescan();
    await isHeld;
    await page.unroute('**/frontend/greeting.js');
    await server.folder.write('desk', { 'frontend/index.js': frontend('newer') });
    await server.host.reload('desk');
    await page.getByText('newer seven').waitFor();
    const late = page.waitForResponse('**/frontend/greeting.js');
    arrive();
    await (await late).finished();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    await page.getByText('newer seven').waitFor();
    await expect.poll(() => page.locator('link[rel=stylesheet]').count()).toBe(1);
    expect(await page.getByText('first seven').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('leaves the page when nothing shows any, and comes back', async () => {
    const server = await startPluginServer({ plugins: { desk } });
    const { page, errors } = await open(origin(server));
    await page.getByText('Good evening, Ada').waitFor();
    await page.getByRole('button', { name: 'hide plugins' }).click();
    await page.getByRole('button', { name: 'show plugins' }).click();
    await page.getByText('Good evening, Ada').waitFor();
    expect(await unloaded(page)).toEqual([]);
    await page.getByRole('button', { name: 'hide plugins' }).click();
    await expect.poll(() => unloaded(page)).toEqual(['first']);
    expect(await page.locator('link[rel=stylesheet]').count()).toBe(0);
    await page.getByRole('button', { name: 'show plugins' }).click();
    await page.getByText('Good evening, Ada').waitFor();
    expect(await page.locator('link[rel=stylesheet]').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  it('speaks the language of the page', async () => {
    const server = await startPluginServer({ plugins: { desk } });
    const { page } = await open(origin(server), { language: 'de-AT' });
    await page.getByRole('tab', { name: 'Tafel' }).click();
    await page.getByText('hallo Ada').waitFor();
  });

  it('may be TypeScript with JSX, a lazy view, and what Catalyst writes', async () => {
    const typed = {
      'plugin.json': { name: 'typed', version: '1.0.0', frontend: { entry: 'ui/index.tsx' } },
      'ui/index.tsx': `
        import { lazy, type ReactElement } from 'react';
        import { createFrontendPlugin } from '@catalyst-plugins/react';
        const Later = lazy(() => import('./later.tsx'));
        interface Given { readonly plugin: string; readonly user: string }
        const Hello = ({ user, plugin }: Given): ReactElement => <p>{plugin} knows {user}</p>;
        export default createFrontendPlugin({ name: 'typed', tabs: [{ id: 'later', label: 'Later', component: Later }], slots: { header: [{ component: Hello, order: 1 }] } });`,
      'ui/later.tsx': `export default function Later(): unknown { return <p>it came later</p>; }`,
    };
    const named = small(
      'named',
      `import { createElement as h } from 'react';
       export const tabs = [{ id: 'named', title: 'Named', order: -1, Component: () => h('p', null, 'by name') }];`,
    );
    const server = await startPluginServer({ plugins: { typed, named } });
    const { page, errors } = await open(origin(server));
    await page.getByText('typed knows Ada').waitFor();
    expect(await page.getByRole('tab').allTextContents()).toEqual(['Named', 'Later']);
    await page.getByRole('tab', { name: 'Later' }).click();
    await page.getByText('it came later').waitFor();
    await page.getByRole('tab', { name: 'Named' }).click();
    await page.getByText('by name').waitFor();
    expect(errors).toEqual([]);
  });

  it('that needs more than pages share says so, and works where the application shares that', async () => {
    const rooted = small(
      'rooted',
      `import { createElement as h } from 'react'; import { createRoot } from 'react-dom/client';
       export const slots = { header: () => h('p', null, 'createRoot is a ' + typeof createRoot) };`,
    );
    const server = await startPluginServer({ plugins: { rooted } });
    const without = await open(origin(server));
    const alert = without.page.getByRole('alert');
    await alert.getByText('react-dom/client').waitFor();
    expect(await alert.getAttribute('data-kind')).toBe('shared-missing');
    const { page, errors } = await open(origin(server), { sharesClient: true });
    await page.getByText('createRoot is a function').waitFor();
    expect(errors).toEqual([]);
  });

  it('says what is missing on a page that shares nothing', async () => {
    const server = await startPluginServer({ plugins: { desk } });
    const { page } = await open(origin(server));
    await page.getByText('Good evening, Ada').waitFor();
    const { data } = (await (await fetch(`${server.baseUrl}/ui/manifest`)).json()) as {
      data: { frontends: { entry: string }[] };
    };
    const entry = `${server.baseUrl}/ui/${data.frontends[0]?.entry}`;
    await page.route(`${origin(server)}/bare`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<title>Bare' }),
    );
    await page.goto(`${origin(server)}/bare`);
    // as a text, for the test runner would change an import() in code
    const error: unknown = await page.evaluate(
      `import(${JSON.stringify(entry)}).catch(({ code, message }) => ({ code, message }))`,
    );
    expect(error).toMatchObject({
      code: 'FRONTEND_SHARED_MISSING',
      message: expect.stringContaining('sharePluginRuntime'),
    });
  });
});
