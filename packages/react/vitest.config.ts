import { defineProject } from 'vitest/config';

export default defineProject({
  resolve: {
    conditions: ['@catalyst-plugins/source'],
    // its ES modules, because the React 18 run cannot give require() another React
    alias: { '@testing-library/react': '@testing-library/react/dist/@testing-library/react.esm.js' },
  },
  ssr: { resolve: { conditions: ['@catalyst-plugins/source'] } },
  test: {
    name: 'react',
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    // the plugin host runs in the same process and needs Node's own fetch, AbortController and URL,
    // which the happy-dom environment would replace: the setup file adds only what Node lacks
    environment: 'node',
    setupFiles: ['test/support/browser-globals.ts'],
    // inlined, so that the React 18 run can give them another React
    server: { deps: { inline: ['zustand', '@testing-library/react'] } },
  },
});
