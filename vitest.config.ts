import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'prisma', 'examples/host', 'examples/gallery', 'scripts'],
    // much of the time goes by in waiting, so two files at once pay even on two cores
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
