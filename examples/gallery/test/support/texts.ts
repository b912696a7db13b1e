import type { Page } from 'playwright-core';
import type { GalleryState } from '../../app/gallery-state.ts';

/** Everything that the panel says on a page, to those who see and to those who hear, but for what it has just announced. */
export async function textsOn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: (string | null)[] = [];
    const root = document.querySelector('.pk-root') ?? document.body;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const isNews = walker.currentNode.parentElement?.closest('[data-pk-part=announcer]');
      if (!isNews) found.push(walker.currentNode.textContent);
    }
    for (const element of root.querySelectorAll('*'))
      for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'aria-description'])
        found.push(element.getAttribute(name));
    return found.map((text) => text?.trim() ?? '').filter((text) => /\p{L}{2}/u.test(text));
  });
}

/** Says whether a text is one that a state has from the server or from a plugin, which no language of the panel changes. */
export function givenBy(state: GalleryState): (text: string) => boolean {
  const given = textsOf(state);
  const isGiven = (text: string): boolean =>
    given.has(text) || given.has(text.replace(/ \d+$/, '')) || isJson(text) || isNoWord.test(text);
  return (text) => text.split(' → ').every(isGiven);
}

/** Times, and the beginnings of digests. */
const isNoWord = /^((p\d+ )?[\d., ]+ ms|[\da-f]{12})$/;

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

function textsOf({ data, refusals = [], words = [], path = '' }: GalleryState): ReadonlySet<string> {
  const found = new Set<string>([...words, ...path.split('/')]);
  const collect = (value: unknown): void => {
    if (typeof value === 'string') {
      found.add(value);
      // frames of a stack and members of settings are shown by themselves
      for (const line of value.split('\n')) found.add(line.trim());
      // so are the parts of the label of a route
      if (/^[A-Z]+ \//.test(value)) for (const part of value.split(' ')) found.add(part);
    } else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) {
        found.add(key);
        collect(member);
      }
  };
  collect(data);
  for (const { error } of refusals) [error.code, error.message, error.hint, error.details].forEach(collect);
  return found;
}
