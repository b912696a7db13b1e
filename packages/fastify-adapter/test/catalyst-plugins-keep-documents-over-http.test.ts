import { fileURLToPath } from 'node:url';
import { readPluginFiles } from '@catalyst-plugins/core/testing';
import { expect, test } from 'vitest';
import { startServer } from './start-server.ts';

const corpus = fileURLToPath(new URL('../../core/test/fixtures/plugins/', import.meta.url));

test('a help desk of the corpus searches, pages, comments and closes over HTTP, across a reload', async () => {
  await using server = await startServer({ plugins: { 'help-desk': await readPluginFiles(`${corpus}help-desk`) } });
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const json = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await server.fetch(`/api/plugins/help-desk/${path}`, { method, ...json });
    return answer.json();
  };
  const titles = ['Printer is on fire', 'Screen is dark', 'printer out of paper', 'Chair squeaks'];
  for (const [index, title] of titles.entries()) {
    const tags = index % 2 === 0 ? ['printer', 'hardware'] : ['hardware'];
    await ask('POST', 'tickets', { title, tags, author: { name: index === 3 ? 'Printella' : 'Ana' } });
  }
  const found = (items: [number, string][], total: number): object => ({
    success: true,
    total,
    items: items.map(([number, title]) => ({ number, title })),
  });
  expect(await ask('GET', 'tickets?q=PRINT')).toEqual(
    found(
      [
        [4, 'Chair squeaks'],
        [3, 'printer out of paper'],
      ],
      3,
    ),
  );
  expect(await ask('GET', 'tickets?q=PRINT&page=2')).toEqual(found([[1, 'Printer is on fire']], 3));
  expect(await ask('GET', 'tickets?tags=printer,nothing')).toEqual(
    found(
      [
        [3, 'printer out of paper'],
        [1, 'Printer is on fire'],
      ],
      2,
    ),
  );
  await server.host.reload('help-desk');
  expect(await ask('POST', 'tickets/2/comments', { text: 'Plug it in.' })).toMatchObject({
    comments: [{ text: 'Plug it in.' }],
    stats: { comments: 1 },
    history: { last: { 'mail.example': 'Plug it in.' } },
  });
  expect(await ask('POST', 'tickets/99/comments', { text: 'Nobody.' })).toEqual({ success: false });
  expect(await ask('POST', 'tickets/close', { numbers: [1, 2, 77] })).toEqual({ closed: 2 });
  expect(await ask('POST', 'tickets/close', { numbers: [1, 2, 3] })).toEqual({ closed: 1 });
  expect(await ask('GET', 'tickets?status=closed')).toMatchObject({ total: 3 });
  expect(await ask('GET', 'tickets/open')).toMatchObject({ open: [{ number: 4, priority: 1 }] });
});
