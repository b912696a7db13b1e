// Finds the Chromium for tests that look at pages. In CI on Debian, as root, it is installed when it is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const elsewhere = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The program; CHROMIUM_BIN names one explicitly. */
export function findChromium() {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(path.delimiter)];
  const candidates = [
    process.env.CHROMIUM_BIN,
    ...folders.flatMap((folder) => names.map((name) => path.join(folder, name))),
    ...elsewhere,
  ];
  return candidates.find((file) => file && existsSync(file));
}

/** Whether tests must not be skipped here. */
export function isCi() {
  return /^(1|true)$/i.test(process.env.CI ?? '');
}

/**
 * To be called before the tests; ends the process where they would have to be skipped and must not be: in CI, and where
 * the command is for nothing else (`isNeeded`).
 */
export function provideChromium({ isNeeded = isCi() } = {}) {
  if ((findChromium() ?? installChromium()) !== undefined) return;
  if (isNeeded) {
    console.error('chromium: none here, and nothing can be done without (apt-get install chromium, or CHROMIUM_BIN).');
    process.exit(1);
  }
  console.error('chromium: none here, so tests that need one are SKIPPED (apt-get install chromium, or CHROMIUM_BIN).');
}

function installChromium() {
  if (!isCi() || process.getuid?.() !== 0) return undefined;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const apt of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    spawnSync('apt-get', ['-qq', ...apt], { stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  }
  return findChromium();
}
