import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { galleryStates } from '../app/states/gallery-states.ts';
import type { GalleryState } from '../app/gallery-state.ts';
import { describeGallery } from './support/gallery.ts';

function stateOf(id: string): GalleryState {
  const state = galleryStates.find((one) => one.id === id);
  if (!state) throw new Error(`There is no state "${id}".`);
  return state;
}

function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

async function leftOf(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((element) => element.getBoundingClientRect().left);
}

describeGallery('the panel as somebody prefers it', (visitState) => {
  test('is mirrored where the page is read from right to left, and drawings over time are not', async () => {
    const rightToLeft = { direction: 'rtl' } as const;
    await visitState(stateOf('list'), rightToLeft, async ({ page }) => {
      const [name, actions] = await Promise.all(
        ['plugin', 'actions'].map((column) =>
          leftOf(page, `td[data-column=${column}], th[scope=row][data-column=${column}]`),
        ),
      );
      expect(name).toBeGreaterThan(actions ?? 0);
      expect(await styleOf(page, '[data-pk-part=attention]', 'border-right-width')).toBe('4px');
      expect(await styleOf(page, '[data-pk-part=attention]', 'border-left-width')).toBe('1px');
      expect(await styleOf(page, '.pk-switch[aria-checked=true] .pk-switch-thumb', 'margin-right')).toBe('16px');
    });
    await visitState(stateOf('health-table'), rightToLeft, async ({ page }) => {
      expect(await leftOf(page, '#pk-tab-overview')).toBeGreaterThan(await leftOf(page, '#pk-tab-config'));
      expect(await styleOf(page, '.pk-back', 'transform')).toBe('matrix(-1, 0, 0, 1, 0, 0)');
      expect(await styleOf(page, '.pk-chart-table th', 'text-align')).toBe('start');
      expect(await styleOf(page, '.pk-chart-lines', 'direction')).toBe('ltr');
      expect(await styleOf(page, '.pk-chart-summary', 'direction')).toBe('rtl');
    });
  });

  test('shows what is on, chosen and focused in forced colours too', async () => {
    const forced = { forcedColors: true } as const;
    await visitState(stateOf('list'), forced, async ({ page }) => {
      const background = (checked: boolean): Promise<string> =>
        styleOf(page, `.pk-switch[aria-checked=${checked}] .pk-switch-track`, 'background-color');
      expect(await background(true)).not.toBe(await background(false));
      expect(await styleOf(page, '.pk-filter[aria-pressed=true]', 'outline-width')).toBe('2px');
      expect(await styleOf(page, '.pk-filter[aria-pressed=true]', 'outline-style')).toBe('solid');
      expect(await styleOf(page, '.pk-filter[aria-pressed=false]', 'outline-style')).toBe('none');
      await page.keyboard.press('Tab');
      expect(await styleOf(page, ':focus', 'outline-style')).not.toBe('none');
    });
    await visitState(stateOf('overview'), forced, async ({ page }) => {
      expect(await styleOf(page, '.pk-tab[aria-selected=true]', 'outline-style')).toBe('solid');
      expect(await styleOf(page, '.pk-tab[aria-selected=false]', 'outline-style')).toBe('none');
    });
  });

  test('stands still where less motion is wanted', async () => {
    for (const [motion, shimmer, seconds] of [
      [true, 'pk-shimmer', '0.12s'],
      [false, 'none', '0s'],
    ] as const) {
      await visitState(stateOf('list-loading'), { motion }, async ({ page }) =>
        expect(await styleOf(page, '.pk-skeleton', 'animation-name')).toBe(shimmer),
      );
      await visitState(stateOf('list'), { motion }, async ({ page }) =>
        expect(await styleOf(page, '.pk-switch-thumb', 'transition-duration')).toBe(seconds),
      );
    }
  });
});
