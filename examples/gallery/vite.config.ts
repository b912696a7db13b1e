import { createRequire } from 'node:module';
import path from 'node:path';
import { defineConfig } from 'vite';

// the React 18 that the tests of the package bring, with a react-dom of its own
const requireOfPackage = createRequire(new URL('../../packages/react/package.json', import.meta.url));
const require18 = createRequire(requireOfPackage.resolve('react-18-for-tests/package.json'));
const folderOf = (name: string): string => path.dirname(require18.resolve(`${name}/package.json`));

/** The gallery with one version of React: `--mode 18` or `--mode 19`. */
export default defineConfig(({ mode }) => ({
  root: 'app',
  base: './',
  oxc: { jsx: { runtime: 'automatic', development: false } },
  resolve: {
    // the sources, so that this needs no other build first
    conditions: ['@catalyst-plugins/source', 'module', 'browser', 'development'],
    ...(mode === '18' ? { alias: { react: folderOf('react'), 'react-dom': folderOf('react-dom') } } : {}),
  },
  // React only warns of mistakes in its development build
  define: { 'process.env.NODE_ENV': '"development"' },
  build: {
    outDir: `../dist/${mode}`,
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4_000,
    rolldownOptions: {
      onwarn: (warning, warn) => {
        // 'use client' is for frameworks that render on servers too
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
}));
