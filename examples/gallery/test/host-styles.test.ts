import { expect, test } from 'vitest';
import { galleryStates } from '../app/states/gallery-states.ts';
import { hostStyles } from '../app/view-options.ts';
import { describeGallery } from './support/gallery.ts';
import { differences, looksOn } from './support/looks.ts';

/** Between them they have every kind of element. */
const chosen = [
  'list-states',
  'list-bulk',
  'overview-worn',
  'config-errors',
  'config-review',
  'logs',
  'health-table',
  'activity',
  'dialog-disable',
];
const cases = galleryStates.filter(({ id }) => chosen.includes(id)).map((state) => [state.id, state] as const);

describeGallery('the panel in an application with style sheets of its own', (visitState) => {
  test.concurrent.each(cases)('%s looks as it does without them', async (_id, state) => {
    const changed = await visitState(state, {}, async ({ page }) => {
      // when lines out of sight get their size is up to the browser
      await page.addStyleTag({ content: '.pk-log-line { content-visibility: visible !important; }' });
      const alone = await looksOn(page);
      const found: string[] = [];
      for (const css of hostStyles.filter((one) => one !== 'none')) {
        const link = await page.addStyleTag({ url: `/host-styles/${css}.css` });
        // before those of the panel, as applications have it
        await link.evaluate((element) => document.head.prepend(element));
        found.push(...differences(alone, await looksOn(page)).map((line) => `${css}: ${line}`));
        await link.evaluate((element: Element) => element.remove());
      }
      return found;
    });
    expect(changed).toEqual([]);
  });
});

test('the states that are looked at are there', () => {
  expect(cases).toHaveLength(chosen.length);
});
