import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: { conditions: ['@catalyst-plugins/source'] },
  ssr: { resolve: { conditions: ['@catalyst-plugins/source'] } },
  test: {
    name: 'panel',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-first.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
