import { availableParallelism } from 'node:os';
import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: { conditions: ['@catalyst-plugins/source'] },
  ssr: { resolve: { conditions: ['@catalyst-plugins/source'] } },
  test: {
    name: 'core',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    // much of the time goes by in waiting, so two files at once pay even on two cores; the groups run one after the other
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { groupOrder: 0 },
  },
});
