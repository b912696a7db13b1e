import path from 'node:path';
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

  test.concurrent('the rules in a cascade layer look as those without', async () => {
    const [state] = galleryStates.filter(({ id }) => id === 'config-errors');
    if (!state) throw new Error('The state is gone.');
    const changed = await visitState(state, {}, async ({ page }) => {
      const alone = await looksOn(page);
      await page.route('**/layered/*', (route) => {
        return route.fulfill({ path: path.join(styles, path.basename(new URL(route.request().url()).pathname)) });
      });
      await page.addStyleTag({ url: '/layered/styles.layer.css' });
      const removed = await page.evaluate(removePanelRules);
      expect(removed).toBeGreaterThan(100);
      return differences(alone, await looksOn(page));
    });
    expect(changed).toEqual([]);
  });
});

const styles = path.join(import.meta.dirname, '../../../packages/react/styles');

/** Takes the rules of the panel out of the style sheets of the page, but for those in the layer; runs on the page. */
function removePanelRules(): number {
  let removed = 0;
  for (const sheet of document.styleSheets) {
    for (let index = sheet.cssRules.length - 1; index >= 0; index -= 1) {
      const text = sheet.cssRules[index]?.cssText ?? '';
      if (!text.includes('.pk-') || text.includes('#gallery')) continue;
      sheet.deleteRule(index);
      removed += 1;
    }
  }
  return removed;
}

test('the states that are looked at are there', () => {
  expect(cases).toHaveLength(chosen.length);
});
