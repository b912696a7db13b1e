import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { galleryStates } from '../app/states/gallery-states.ts';
import { fileOf, scale, screenshots, themes } from '../scripts/screenshot-list.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = path.join(root, 'docs', 'images', 'panel');
const pages = ['README.md', 'docs/guides/admin-panel.md'];

/** The pictures that the pages show, each with the file for either theme. */
function shownIn(page: string): readonly { readonly dark: string; readonly light: string; readonly alt: string }[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  const picture =
    /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(.+?)" \/>\s*<img src="(.+?)" alt="(.+?)"/g;
  const fileIn = (address = ''): string => path.relative(folder, path.join(root, path.dirname(page), address));
  return [...text.matchAll(picture)].map(([, dark, light, alt = '']) => ({
    dark: fileIn(dark),
    light: fileIn(light),
    alt,
  }));
}

/** Width and height, as the first bytes of a PNG have them. */
function sizeOf(file: string): readonly [number, number] {
  const bytes = readFileSync(path.join(folder, file));
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test('the documentation shows the pictures that the script takes, in the theme of the reader', () => {
  const shown = pages.flatMap(shownIn);
  const taken = screenshots.map((one) => ({ dark: fileOf(one, 'dark'), light: fileOf(one, 'light') }));
  const mentions = pages.flatMap((page) => readFileSync(path.join(root, page), 'utf8').match(/images\/panel\//g) ?? []);
  expect(mentions).toHaveLength(2 * shown.length);
  expect(new Set(shown.map(({ dark, light }) => `${dark} ${light}`))).toEqual(
    new Set(taken.map(({ dark, light }) => `${dark} ${light}`)),
  );
});

test('every picture that the script takes is there in its size, of a state that there is, and no other', () => {
  const expected = screenshots.flatMap((one) =>
    themes.map((theme) => [fileOf(one, theme), [one.width * scale, one.height * scale]] as const),
  );
  const found = readdirSync(folder).map((file) => [file, sizeOf(file)] as const);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  const states = galleryStates.map(({ id }) => id);
  expect(screenshots.map(({ state }) => state).filter((state) => !states.includes(state))).toEqual([]);
});
