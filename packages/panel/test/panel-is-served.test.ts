import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { describeInBrowser } from './support/browser.ts';
import { startPanelServer } from './support/panel-server.ts';
import { manyPlugins } from './support/plugins.ts';

const strict = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

/** What a server says to a request line as it is, which no client would send. */
async function raw(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  await once(socket, 'close');
  return text;
}

/** Addresses of what the page loads. */
function filesOf(html: string): readonly string[] {
  return [...html.matchAll(/(?:src|href)="([^"]+\/assets\/[^"]+)"/g)].map(([, file = '']) => file);
}

test('every address of the panel is the same page, which allows nothing from elsewhere', async () => {
  await using server = await startPanelServer({ token: 'secret' });
  const pages = await Promise.all(
    ['', '/', '/shop', '/shop/config?q=1', '/a/b/c'].map(async (path) => {
      const answer = await fetch(`${server.url}/admin/plugins${path}`);
      const policy = answer.headers.get('content-security-policy') ?? '';
      return { status: answer.status, policy, cache: answer.headers.get('cache-control'), text: await answer.text() };
    }),
  );
  const [first] = pages;
  for (const page of pages) expect(page).toEqual(first);
  expect(first).toMatchObject({ status: 200, cache: 'no-cache' });
  expect(first?.policy).toContain(strict);
  expect(first?.policy).not.toContain('unsafe');
  expect(first?.text).not.toMatch(/style=|<script>|\son\w+=|https?:/);
});

test('what the page loads, at once and later, has its contents in its name and is kept for good', async () => {
  await using server = await startPanelServer();
  const files = filesOf(await (await fetch(`${server.url}/admin/plugins`)).text());
  expect(files.map((file) => file.replace(/-[\w-]{8}\./, '-#.'))).toEqual([
    '/admin/plugins/assets/index-#.js',
    '/admin/plugins/assets/index-#.css',
  ]);
  const script = await (await fetch(`${server.url}${files[0]}`)).text();
  const late = [...new Set(script.match(/[\w-]+-[\w-]{8}\.js/g))].map((file) => `/admin/plugins/assets/${file}`);
  expect(late.length).toBeGreaterThan(8);
  for (const file of [...files, ...late]) {
    const zipped = await fetch(`${server.url}${file}`);
    expect(zipped.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(zipped.headers.get('x-content-type-options')).toBe('nosniff');
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    const plain = await fetch(`${server.url}${file}`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(await zipped.text());
  }
});

test.each([
  '/admin/plugins/assets/../index.html',
  '/admin/plugins/assets/../../../../../../../../etc/passwd',
  '/admin/plugins/assets/..%2f..%2f..%2f..%2fetc%2fpasswd',
  '/admin/plugins/assets/%2e%2e/%2e%2e/package.json',
  '/admin/plugins/assets/..%5c..%5cpackage.json',
  '/admin/plugins/assets/....//....//package.json',
  '/admin/plugins/assets//etc/passwd',
  '/admin/plugins/assets/',
])('%s leads to no file', async (path) => {
  await using server = await startPanelServer();
  const answer = await raw(server.url, path);
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).not.toMatch(/root:|catalyst-plugins\/panel/);
});

test('a server without it has no panel', async () => {
  await using server = await startPanelServer({ ui: false });
  expect((await fetch(`${server.url}/admin/plugins`)).status).toBe(404);
});

describeInBrowser('the panel as a server hands it out', (open) => {
  test('asks for a token where the server wants one, keeps it for the tab and forgets it', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins, token: 'open sesame' });
    const { page, errors } = await open(`${server.url}/admin/plugins/shop`);
    await page.getByLabel('Bearer token').fill('guess');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The server does not let this token in.').waitFor();
    await page.getByLabel('Bearer token').fill('open sesame');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Shop' }).waitFor();
    await page.locator('[data-pk-part=connection][data-state=live]').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Shop' }).waitFor();
    expect(page.url()).not.toContain('sesame');
    await page.getByRole('button', { name: 'Forget the token' }).click();
    await page.getByLabel('Bearer token').waitFor();
    expect(await page.getByText('Shop').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('works below the address of an application and at a path of its own', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins, below: '/app', ui: { path: '/plugin-desk' } });
    const { page, errors } = await open(`${server.url}/app/plugin-desk`);
    await page.getByRole('link', { name: 'Shop' }).click();
    await page.getByRole('tab', { name: 'Danger zone' }).click();
    expect(new URL(page.url()).pathname).toBe('/app/plugin-desk/shop/danger');
    await page.reload();
    await page.getByRole('tab', { name: 'Danger zone', selected: true }).waitFor();
    expect(await page.title()).toBe('Shop – Plugins');
    expect(errors).toEqual([]);
  });

  test('speaks German to a German browser', async () => {
    await using server = await startPanelServer({ plugins: manyPlugins, token: 'x' });
    const { page } = await open(`${server.url}/admin/plugins`, { locale: 'de-AT' });
    await page.getByLabel('Bearer-Token').fill('x');
    await page.getByRole('button', { name: 'Anmelden' }).click();
    await page.getByRole('heading', { name: 'Braucht Aufmerksamkeit (2)' }).waitFor();
    await page.getByRole('switch', { name: 'Shop eingeschaltet' }).click();
    await page.getByText('Shop wurde ausgeschaltet.').waitFor({ state: 'attached' });
  });
});
