import type { Page } from 'playwright-core';

/** How one element looks, in numbers and words. */
type Look = Readonly<Record<string, string>>;

/** How a page looks: its elements, by what they are and where they are in the document. */
export type Looks = ReadonlyMap<string, Look>;

/** What one sees of an element beside its place. */
const ofElements = [
  'background-color',
  'background-image',
  'border-top-left-radius',
  'border-bottom-right-radius',
  'box-shadow',
  'cursor',
  'opacity',
  'outline-style',
  'visibility',
] as const;
/** What one sees of an element that has text of its own. */
const ofTexts = [
  'color',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'letter-spacing',
  'line-height',
  'text-decoration-line',
  'text-transform',
  'white-space',
] as const;

/** Looks at every element of the panel, and where its text is. */
export async function looksOn(page: Page): Promise<Looks> {
  const entries = await page.evaluate(
    ([elementProperties, textProperties]) => {
      const placeOf = (box: DOMRect): string =>
        [box.x, box.y, box.width, box.height].map((value) => Math.round(value * 2) / 2).join(' ');
      const textOf = (element: Element): DOMRect | undefined => {
        const own = [...element.childNodes].find((node) => node.nodeType === 3 && node.textContent?.trim() !== '');
        if (!own) return undefined;
        const range = document.createRange();
        range.selectNodeContents(own);
        return range.getBoundingClientRect();
      };
      const lookOf = (element: Element): Record<string, string> => {
        const style = getComputedStyle(element);
        const look: Record<string, string> = { place: placeOf(element.getBoundingClientRect()) };
        for (const name of elementProperties) look[name] = style.getPropertyValue(name);
        for (const side of ['top', 'right', 'bottom', 'left']) {
          const line = ['width', 'style', 'color'].map((part) => style.getPropertyValue(`border-${side}-${part}`));
          look[`border-${side}`] = line[0] === '0px' || line[1] === 'none' ? 'none' : line.join(' ');
        }
        const text = textOf(element);
        if (text) look['text'] = placeOf(text);
        if (text || element.matches('input:not([type=checkbox], [type=radio]), select, textarea'))
          for (const name of textProperties) look[name] = style.getPropertyValue(name);
        if (element.matches('li')) look['marker'] = style.listStyleType;
        if (element.matches('path, rect, text')) look['paint'] = `${style.fill} ${style.stroke}`;
        return look;
      };
      // what is only heard has no look
      const seen = [...document.querySelectorAll('.pk-root, .pk-root *')].filter((one) => !one.closest('.pk-hidden'));
      return seen.map((element, index) => {
        const tag = `${element.tagName.toLowerCase()} ${element.getAttribute('class') ?? ''}`.trim();
        return [`${index} <${tag}>`, lookOf(element)] as const;
      });
    },
    [ofElements, ofTexts] as const,
  );
  return new Map(entries);
}

/** What is different between two looks of the same page, each as a line. */
export function differences(before: Looks, after: Looks): readonly string[] {
  const found = [...before].flatMap(([element, look]) => {
    const other = after.get(element);
    if (!other) return [`${element} is gone`];
    return Object.entries(look)
      .filter(([name, value]) => other[name] !== value)
      .map(([name, value]) => `${element} ${name}: ${value} → ${other[name]}`);
  });
  return before.size === after.size ? found : [`${before.size} elements → ${after.size}`, ...found];
}
