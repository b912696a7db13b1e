import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds wrong with a page, each as a line. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  const hasAxe = await page.evaluate(() => 'axe' in globalThis);
  // by the debugger, so that the policy of the page is not in the way
  if (!hasAxe) await page.evaluate(await import('node:fs/promises').then(({ readFile }) => readFile(axe, 'utf8')));
  const violations = await page.evaluate(async (values) => {
    const found = await (globalThis as unknown as Axe).axe.run(document, { runOnly: { type: 'tag', values } });
    return found.violations;
  }, tags);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`),
  );
}

interface Axe {
  readonly axe: { run(root: Document, options: object): Promise<{ readonly violations: readonly Violation[] }> };
}
