import { describe, expect, it } from 'vitest';
import { matchPath, precision } from './match-path.ts';

describe('a pattern of a page', () => {
  it.each([
    ['/desk', '/desk', {}],
    ['/desk', '/desk/', {}],
    ['/desk', '/desk/more', undefined],
    ['/desk/tickets/:id', '/desk/tickets/7', { id: '7' }],
    ['/desk/tickets/:id', '/desk/tickets/a%20b', { id: 'a b' }],
    ['/desk/tickets/:id', '/desk/tickets/%', { id: '%' }],
    ['/desk/tickets/:id', '/desk/tickets', undefined],
    ['/desk/tickets/:id', '/other/tickets/7', undefined],
    ['/desk/files/*', '/desk/files/a/b', { '*': 'a/b' }],
    ['/desk/files/*', '/desk/files', { '*': '' }],
    ['/desk/files/*', '/desk', undefined],
  ])('%s fits %s as it should', (pattern, path, params) => {
    expect(matchPath(pattern, path)).toEqual(params);
  });

  it('that says more counts for more', () => {
    const patterns = ['/desk/*', '/desk/:id', '/desk/new'];
    const byPrecision = patterns.toSorted((a, b) => (precision(a) < precision(b) ? 1 : -1));
    expect(byPrecision).toEqual(['/desk/new', '/desk/:id', '/desk/*']);
  });
});
