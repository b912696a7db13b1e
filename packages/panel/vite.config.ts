import { defineConfig } from 'vite';

export default defineConfig({
  root: 'app',
  // the server makes whole addresses of them
  base: './',
  oxc: { jsx: { runtime: 'automatic', development: false } },
  // the sources, so that this needs no other build first
  resolve: { conditions: ['@catalyst-plugins/source', 'module', 'browser', 'production'] },
  build: {
    outDir: '../assets',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // a policy that allows scripts and styles of the server only has no room for data: addresses
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // what is needed at first comes as one, and so does what later parts share
            { name: 'panel', tags: ['$initial'], priority: 1 },
            { name: 'shared', minShareCount: 2 },
          ],
        },
      },
      onwarn: (warning, warn) => {
        // 'use client' is for frameworks that render on servers too
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
