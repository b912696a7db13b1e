import { AsyncResource } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { createTestHost } from '../src/testing/index.ts';
import { answering } from './support/plugins.ts';

/** How many contexts are handed on to whatever begins now; those of Node 24 and newer cost nothing and are not seen. */
function contextsHandedOn(): number {
  const symbols = Object.getOwnPropertySymbols(new AsyncResource('probe'));
  return symbols.filter(({ description }) => description === 'kResourceStore').length;
}

it('a host that has stopped makes nothing slower that the process does afterwards', async () => {
  const before = contextsHandedOn();
  for (let time = 0; time < 3; time += 1) {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'fine') } });
    expect(await test.http.request('demo', 'GET', '/version')).toBe('fine');
    await test.expectNothingLeft();
  }
  expect(contextsHandedOn()).toBe(before);
});
