import type { ViteUserConfig } from 'vitest/config';

const conditions = ['@catalyst-plugins/source'];

/** What all projects test with: the packages' sources, and time enough for a machine that does other things too. */
export const shared: ViteUserConfig = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
};
