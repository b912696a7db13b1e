import { connect } from 'node:net';
import { symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FrontendManifest } from '@catalyst-plugins/core/protocol';
import { sharedModules } from '../src/ui/shared-modules.ts';
import { startServer, type TestServer, type TestServerOptions } from './start-server.ts';

const ui = '/api/plugins/ui';
const secret = 'nobody outside may read this';

const desk = {
  'plugin.json': {
    name: 'desk',
    version: '1.0.0',
    displayName: 'Ticket desk',
    backend: { entry: 'backend/index.js' },
    frontend: { entry: 'frontend/index.js', css: ['frontend/desk.css'] },
  },
  'backend/index.js': `export const secret = '${secret}'; export default {};`,
  '.env': secret,
  'notes.txt': secret,
  'frontend/index.js': `import { createElement } from 'react';\nimport './parts/board.js';\nexport default { tabs: [] };\n`,
  'frontend/parts/board.js': `import { jsx } from "react/jsx-runtime";\nexport const load = () => import('react-dom');\n`,
  'frontend/desk.css': '.desk { color: green; }\n',
  'frontend/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  'frontend/.hidden.js': secret,
  'frontend/node_modules/dep/index.js': secret,
};

function start(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer({
    plugins: { desk },
    ...options,
    adapter: { frontends: { authorize: () => true }, ...options.adapter },
  });
}

async function manifestOf(server: TestServer): Promise<FrontendManifest> {
  const answer = await server.fetch(`${ui}/manifest`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { data: FrontendManifest }).data;
}

async function frontendOf(server: TestServer): Promise<FrontendManifest['frontends'][number] & { base: string }> {
  const [frontend] = (await manifestOf(server)).frontends;
  if (!frontend) throw new Error('there is no frontend');
  return { ...frontend, base: `${ui}/plugins/${frontend.plugin}/${frontend.hash}` };
}

/** Sends a request line as it is: `fetch` would tidy the path. */
function sendRaw(server: TestServer, target: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(text.split(' ')[1]), text }));
    socket.write(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  });
}

describe('the list of frontends', () => {
  it('names the frontends of plugins that are active, and nothing of the others', async () => {
    await using server = await start({ plugins: { desk, plain: { 'index.js': 'export default {};' } } });
    const { frontends, broken } = await manifestOf(server);
    expect(broken).toEqual([]);
    const [frontend] = frontends;
    const base = `plugins/desk/${frontend?.hash}`;
    expect(frontends).toEqual([
      {
        plugin: 'desk',
        displayName: 'Ticket desk',
        version: '1.0.0',
        hash: expect.stringMatching(/^[0-9a-f]{32}$/),
        entry: `${base}/frontend/index.js`,
        css: [`${base}/frontend/desk.css`],
        shared: 'v1',
      },
    ]);
    await server.host.disable('desk');
    expect(await manifestOf(server)).toEqual({ frontends: [], broken: [] });
  });

  it('is for administrators unless the host says otherwise', async () => {
    await using server = await startServer({ plugins: { desk } });
    const refused = await server.fetch(`${ui}/manifest`);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({
      code: 'UNAUTHENTICATED',
      hint: expect.stringContaining('frontends.authorize'),
    });
    expect((await server.fetch(`${ui}/events`)).status).toBe(401);
    expect((await server.admin(`${ui}/manifest`)).status).toBe(200);
  });

  it('is left out with frontends: false, and where nobody could read it', async () => {
    await using without = await start({ adapter: { frontends: false } });
    expect((await without.fetch(`${ui}/manifest`)).status).toBe(404);
    await using open = await start({ adapter: { admin: false, frontends: {} } });
    expect((await open.fetch(`${ui}/manifest`)).status).toBe(404);
  });

  it('tells in a stream when it has changed', async () => {
    await using server = await start();
    const stream = await server.fetch(`${ui}/events`);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (wanted: number): Promise<void> => {
      while (text.split('event: reset').length <= wanted) text += (await reader?.read())?.value ?? '';
    };
    await server.host.disable('desk');
    await until(1);
    expect((await manifestOf(server)).frontends).toEqual([]);
    await server.host.enable('desk');
    await until(2);
    expect((await manifestOf(server)).frontends).toHaveLength(1);
    await reader?.cancel();
  });

  it('says why a frontend cannot be served, and serves the others', async () => {
    const broken = {
      'plugin.json': { name: 'broken', version: '2.0.0', frontend: { entry: 'ui/index.tsx' } },
      'ui/index.tsx': 'export default <div>;',
    };
    await using server = await start({ plugins: { desk, broken } });
    const manifest = await manifestOf(server);
    expect(manifest.frontends.map(({ plugin }) => plugin)).toEqual(['desk']);
    expect(manifest.broken).toMatchObject([{ plugin: 'broken', version: '2.0.0', code: 'MODULE_FAILED' }]);
  });
});

it('a frontend that is too large is not read, and its backend runs', async () => {
  await using server = await start({ plugins: {} });
  await server.folder.write('desk', desk);
  await truncate(path.join(server.folder.directory, 'desk', 'notes.txt'), 64 * 1024 * 1024);
  await writeFile(path.join(server.folder.directory, 'desk', 'frontend', 'film.mp4'), '');
  await truncate(path.join(server.folder.directory, 'desk', 'frontend', 'film.mp4'), 33 * 1024 * 1024);
  await server.host.rescan();
  const { frontends, broken } = await manifestOf(server);
  expect(frontends).toEqual([]);
  expect(broken).toMatchObject([{ plugin: 'desk', code: 'FRONTEND_TOO_LARGE' }]);
  expect(server.host.summary('desk')?.state).toBe('active');
});

describe('a file of a frontend', () => {
  it('has its type and its tag, may be kept for ever, and answers HEAD and If-None-Match', async () => {
    await using server = await start();
    const { base } = await frontendOf(server);
    const module = await server.fetch(`${base}/frontend/index.js`);
    expect(module.status).toBe(200);
    expect(Object.fromEntries(module.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      etag: expect.stringMatching(/^"[\w-]{27}"$/),
    });
    const etag = module.headers.get('etag') ?? '';
    const known = await server.fetch(`${base}/frontend/index.js`, { headers: { 'if-none-match': `"x", W/${etag}` } });
    expect([known.status, await known.text()]).toEqual([304, '']);
    const head = await server.fetch(`${base}/frontend/index.js`, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(await module.text())));
    const style = await server.fetch(`${base}/frontend/desk.css`);
    expect([style.headers.get('content-type'), await style.text()]).toEqual([
      'text/css; charset=utf-8',
      desk['frontend/desk.css'],
    ]);
  });

  it('runs no script when it is opened as a page', async () => {
    await using server = await start();
    const { base } = await frontendOf(server);
    const picture = await server.fetch(`${base}/frontend/logo.svg`);
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
    expect(picture.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(picture.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('imports what the page shares, however deep it lies', async () => {
    await using server = await start();
    const { base } = await frontendOf(server);
    const imported = async (file: string): Promise<string[]> => {
      const text = await (await server.fetch(`${base}/${file}`)).text();
      const names = [...text.matchAll(/["']([^"']*shared\/v1[^"']*)["']/g)].map(([, name = '']) => name);
      return names.map((name) => new URL(name, `${server.url}${base}/${file}`).pathname);
    };
    expect(await imported('frontend/index.js')).toEqual([`${ui}/shared/v1/react.js`]);
    expect(await imported('frontend/parts/board.js')).toEqual([
      `${ui}/shared/v1/react-jsx-runtime.js`,
      `${ui}/shared/v1/react-dom.js`,
    ]);
  });

  it('may be TypeScript with JSX', async () => {
    const typed = {
      'plugin.json': { name: 'typed', version: '1.0.0', frontend: { entry: './ui/index.tsx' } },
      'ui/index.tsx': `import type { ReactElement } from 'react';\nimport { label } from './label.ts';\nexport const Tab = (): ReactElement => <b>{label}</b>;\n`,
      'ui/label.ts': `export const label: string = 'Board';\n`,
    };
    await using server = await start({ plugins: { typed } });
    const { entry } = await frontendOf(server);
    const module = await server.fetch(`${ui}/${entry}`);
    expect(module.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const text = await module.text();
    expect(text).toContain('/shared/v1/react-jsx-runtime.js?');
    expect(text).toContain(`'./label.ts'`.replaceAll("'", '"'));
    expect(text).not.toContain('ReactElement');
  });

  it('is gone with its plugin, and a new release has new addresses; a page that is open may still load the one before', async () => {
    await using server = await start();
    const first = await frontendOf(server);
    await server.folder.write('desk', { 'frontend/parts/board.js': `export const two = 2;\n` });
    // what is not live yet changes nothing at its address
    expect(await (await server.fetch(`${first.base}/frontend/parts/board.js`)).text()).toContain('react-jsx-runtime');
    await server.host.reload('desk');
    const second = await frontendOf(server);
    expect(second.hash).not.toBe(first.hash);
    expect(await (await server.fetch(`${second.base}/frontend/parts/board.js`)).text()).toBe(`export const two = 2;\n`);
    expect(await (await server.fetch(`${first.base}/frontend/parts/board.js`)).text()).toContain('react-jsx-runtime');
    await server.host.reload('desk');
    expect((await frontendOf(server)).hash).toBe(second.hash);
    await server.folder.write('desk', { 'frontend/desk.css': '.desk { color: blue; }' });
    await server.host.reload('desk');
    const gone = await server.fetch(`${first.base}/frontend/index.js`);
    expect([gone.status, gone.headers.get('cache-control')]).toEqual([410, 'no-store']);
    expect(await gone.json()).toMatchObject({ code: 'FRONTEND_GONE' });
    const third = await frontendOf(server);
    await server.host.disable('desk');
    for (const { base } of [third, second]) expect((await server.fetch(`${base}/frontend/index.js`)).status).toBe(404);
    await server.host.enable('desk');
    expect((await frontendOf(server)).hash).toBe(third.hash);
  });

  it('is what it was while a release that fails is refused', async () => {
    await using server = await start();
    const first = await frontendOf(server);
    await server.folder.write('desk', {
      'backend/index.js': 'throw new Error("no")',
      'frontend/index.js': 'export {}',
    });
    await server.host.reload('desk').catch(() => undefined);
    expect((await frontendOf(server)).hash).toBe(first.hash);
  });

  it('needs no backend', async () => {
    const alone = {
      'plugin.json': { name: 'alone', version: '1.0.0', frontend: { entry: 'ui/index.js' } },
      'ui/index.js': 'export default { tabs: [] };',
    };
    await using server = await start({ plugins: { alone } });
    expect((await frontendOf(server)).plugin).toBe('alone');
  });
});

describe('nothing else of a plugin is reachable', () => {
  const outside = [
    'backend/index.js',
    'plugin.json',
    '.env',
    'notes.txt',
    'frontend/.hidden.js',
    'frontend/node_modules/dep/index.js',
    'frontend/',
    'frontend',
    '',
  ];

  it.each(outside)('"%s" is not found', async (file) => {
    await using server = await start();
    const { base } = await frontendOf(server);
    const answer = await sendRaw(server, `${base}/${file}`);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain(secret);
  });

  const climbs = [
    '../backend/index.js',
    'frontend/../backend/index.js',
    'frontend/../../../../../../../../../../etc/passwd',
    '..%2fbackend%2findex.js',
    'frontend/%2e%2e/backend/index.js',
    'frontend/%2e%2e%2fbackend%2findex.js',
    'frontend/%252e%252e/backend/index.js',
    'frontend/%252e%252e%252fbackend%252findex.js',
    'frontend/..\\backend\\index.js',
    'frontend/..%5cbackend%5cindex.js',
    'frontend\\..\\backend\\index.js',
    'frontend/..;/backend/index.js',
    'frontend/%c0%ae%c0%ae/backend/index.js',
    'frontend/%uff0e%uff0e/backend/index.js',
    'frontend//../backend/index.js',
    'frontend/./../backend/index.js',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    '//etc/passwd',
    'file:///etc/passwd',
    'frontend/index.js%00.css',
    'frontend/index.js/../../backend/index.js',
    'frontend/__proto__',
    'constructor',
  ];

  it.each(climbs)('no path leads out of the frontend: %s', async (file) => {
    await using server = await start();
    const { base } = await frontendOf(server);
    const answer = await sendRaw(server, `${base}/${file}`);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toContain('root:');
  });

  it.each([
    '/api/plugins/ui/plugins/../../../../../../etc/passwd',
    '/api/plugins/ui/plugins/desk/../../../../../../etc/passwd',
    '/api/plugins/ui/plugins/%2e%2e/%2e%2e/etc/passwd',
    '/api/plugins/ui/plugins/..%2f..%2f/x/etc/passwd',
    '/api/plugins/ui/shared/v1/..%2f..%2f..%2fpackage.json',
    '/api/plugins/ui/shared/v1/../../../package.json',
    '/api/plugins/ui/shared/v1/__proto__',
    '/api/plugins/ui/shared/v2/react.js',
  ])('nor does the name of a plugin or of a shared module: %s', async (target) => {
    await using server = await start();
    const answer = await sendRaw(server, target);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/root:|"version"/);
  });

  it('links are not followed, neither out of the folder nor inside', async () => {
    await using server = await start({ plugins: {} });
    await server.folder.write('desk', desk);
    const folder = path.join(server.folder.directory, 'desk');
    await writeFile(path.join(server.folder.directory, 'outside.js'), secret);
    await symlink(path.join(server.folder.directory, 'outside.js'), path.join(folder, 'frontend/out.js'));
    await symlink(path.join(folder, 'backend'), path.join(folder, 'frontend/back'));
    await symlink('/etc', path.join(folder, 'frontend/etc'));
    await server.host.rescan();
    await server.host.enable('desk');
    const { base } = await frontendOf(server);
    for (const file of ['frontend/out.js', 'frontend/back/index.js', 'frontend/etc/passwd']) {
      const answer = await sendRaw(server, `${base}/${file}`);
      expect(answer.status).toBe(404);
    }
  });

  it('a frontend beside the backend gets the files that its manifest names, and no others', async () => {
    const flat = {
      'plugin.json': {
        name: 'flat',
        version: '1.0.0',
        backend: { entry: 'index.js' },
        frontend: { entry: 'ui.js', css: ['ui.css'] },
      },
      'index.js': `/* ${secret} */ export default {};`,
      'other.js': secret,
      'ui.js': 'export default {};',
      'ui.css': '',
    };
    await using server = await start({ plugins: { flat } });
    const { base } = await frontendOf(server);
    const status = async (file: string): Promise<number> => (await sendRaw(server, `${base}/${file}`)).status;
    expect(await Promise.all(['ui.js', 'ui.css'].map(status))).toEqual([200, 200]);
    expect(await Promise.all(['index.js', 'other.js', 'plugin.json'].map(status))).toEqual([404, 404, 404]);
  });
});

describe('a shared module', () => {
  it('says at once what is missing on a page that shares nothing, and has the names of React 18 and 19', async () => {
    await using server = await start();
    for (const { file, hash } of sharedModules.values()) {
      const answer = await server.fetch(`${ui}/shared/v1/${file}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      const hashed = await server.fetch(`${ui}/shared/v1/${file}?${hash}`);
      expect(hashed.headers.get('cache-control')).toContain('immutable');
      const url = `data:text/javascript,${encodeURIComponent(await answer.text())}`;
      await expect(import(/* @vite-ignore */ url)).rejects.toMatchObject({ code: 'FRONTEND_SHARED_MISSING' });
    }
    const text = await (await server.fetch(`${ui}/shared/v1/react.js`)).text();
    expect(text).toMatch(/\bcreateFactory,[\s\S]*\buseActionState,[\s\S]*\buseState,/);
  });
});
