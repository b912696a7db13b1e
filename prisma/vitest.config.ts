import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../vitest.shared.ts';

export default mergeConfig(
  shared,
  defineProject({
    test: {
      name: 'prisma',
      include: ['test/**/*.test.ts'],
      globalSetup: ['test/support/global-setup.ts'],
    },
  }),
);
