import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: { conditions: ['@catalyst-plugins/source'] },
  ssr: { resolve: { conditions: ['@catalyst-plugins/source'] } },
  test: {
    sequence: { groupOrder: 1 },
    name: 'gallery',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-first.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
