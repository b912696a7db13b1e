// Takes the pictures of the documentation from the built gallery: all of them, or those of the states that are named.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { findChromium } from '../../../scripts/chromium.mjs';
import { serveGallery } from './gallery-server.mjs';
import { fileOf, scale, screenshots, themes } from './screenshot-list.mjs';

const folder = fileURLToPath(new URL('../../../docs/images/panel', import.meta.url));
const named = process.argv.slice(2);
const wanted = screenshots.filter(({ state }) => named.length === 0 || named.includes(state));

mkdirSync(folder, { recursive: true });
const gallery = await serveGallery();
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
});
const context = await browser.newContext({
  deviceScaleFactor: scale,
  locale: 'en-GB',
  reducedMotion: 'reduce',
  timezoneId: 'UTC',
});
const page = await context.newPage();
let bytes = 0;
for (const screenshot of wanted) {
  for (const theme of themes) {
    const { state, width, height } = screenshot;
    await page.setViewportSize({ width, height });
    await page.goto(`${gallery.url}/19/${state}?theme=${theme}`);
    await page.locator('html[data-gallery=ready]').waitFor({ state: 'attached' });
    const taken = await page.screenshot({ caret: 'hide' });
    // few colours are enough for a page, and a third of the bytes
    const small = await sharp(taken).png({ palette: true, colours: 64, effort: 10 }).toBuffer();
    writeFileSync(path.join(folder, fileOf(screenshot, theme)), small);
    bytes += small.length;
  }
}
await browser.close();
await gallery.close();
console.log(`${wanted.length * themes.length} pictures, ${Math.round(bytes / 1024)} kB`);
