import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { GalleryState } from '../app/gallery-state.ts';
import { galleryStates } from '../app/states/gallery-states.ts';
import { describeGallery, lookAgain, overflowAt, violationsOn, type Visit } from './support/gallery.ts';
import { givenBy, textsOn } from './support/texts.ts';

const visits = (['19', '18'] as const).flatMap((version) =>
  (['light', 'dark'] as const).flatMap((theme) => [1200, 375].map((width) => ({ version, theme, width }))),
);
/** `npm run test:gallery` visits each state in all ways; else the ways are spread over the states. */
const isWhole = process.env['GALLERY_MATRIX'] === 'whole';

const cases = galleryStates.flatMap((state, index) =>
  visits
    .filter((_visit, way) => isWhole || way === index % visits.length)
    .map((visit) => [nameOf(state, visit), state, visit] as const),
);

function nameOf({ id }: GalleryState, { version, theme, width }: Visit): string {
  return `${id} with React ${version}, ${theme}, ${width} px wide`;
}

/** Words that are the same in both languages. */
const sameInGerman = new Set(
  'Plugins Plugin Live Offline Name JSON Generation Text (optional) Debug Info Fatal p50 p95 p99'.split(' '),
);

/** What is said in German as it was in English, and is no text of the server. */
function untranslated(state: GalleryState, english: readonly string[], german: readonly string[]): readonly string[] {
  const isGiven = givenBy(state);
  const said = new Set(english);
  return german.filter((text) => said.has(text) && !isGiven(text) && !sameInGerman.has(text.replace('≥ ', '')));
}

/** The page in German, and then from right to left. */
async function seenElsewhere(page: Page, state: GalleryState, { theme }: (typeof visits)[number]): Promise<object> {
  const english = await textsOn(page);
  await lookAgain(page, { theme, language: 'de' });
  const german = {
    untranslated: untranslated(state, english, await textsOn(page)),
    overflow: await overflowAt(page, 320),
  };
  await lookAgain(page, { theme, language: 'de', direction: 'rtl' });
  return { german, rightToLeft: await overflowAt(page, 320) };
}

describeGallery('every state of the panel', (visitState) => {
  test.concurrent.each(cases)(
    '%s can be used by everybody, fits narrow screens, also in German and from right to left, and lets nothing complain',
    async (_name, state, visit) => {
      const seen = await visitState(state, visit, async ({ page, complaints }) => ({
        violations: await violationsOn(page),
        overflow: [...(await overflowAt(page, 375)), ...(await overflowAt(page, 320))],
        ...(await seenElsewhere(page, state, visit)),
        complaints,
      }));
      expect(seen).toEqual({
        violations: [],
        overflow: [],
        german: { untranslated: [], overflow: [] },
        rightToLeft: [],
        complaints: [],
      });
    },
  );
});

test('the states have addresses of their own, and every way to visit them is taken', () => {
  const ids = galleryStates.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const ways = new Set(cases.map(([, , visit]) => JSON.stringify(visit)));
  expect(ways.size).toBe(visits.length);
});
