import { defineProject, mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default mergeConfig(
  shared,
  defineProject({
    // its ES modules, because the React 18 run cannot give require() another React
    resolve: { alias: { '@testing-library/react': '@testing-library/react/dist/@testing-library/react.esm.js' } },
    test: {
      name: 'react',
      include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
      // the plugin host runs in the same process and needs Node's own fetch, AbortController and URL,
      // which the happy-dom environment would replace: the setup file adds only what Node lacks
      environment: 'node',
      setupFiles: ['test/support/browser-globals.ts', 'test/support/patience.ts'],
      // inlined, so that the React 18 run can give them another React
      server: { deps: { inline: ['zustand', '@testing-library/react'] } },
    },
  }),
);
