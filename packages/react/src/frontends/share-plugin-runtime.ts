'use client';

import * as react from 'react';
import * as reactDom from 'react-dom';
import * as jsxRuntime from 'react/jsx-runtime';
import * as sharedWithFrontends from './shared-with-frontends.ts';

/** Where frontends look for what pages share with them, in this version. */
const place = Symbol.for('catalyst-plugins.shared/v1');

/**
 * Shares React and this package with the frontends of plugins. It is done before the first one is loaded; call it only to
 * share `react-dom/client` too, or to load a frontend yourself. What is shared already stays: a page has one React for all.
 */
export function sharePluginRuntime(further: Readonly<Record<string, object>> = {}): void {
  const own = {
    react,
    'react-dom': reactDom,
    'react/jsx-runtime': jsxRuntime,
    '@catalyst-plugins/react': sharedWithFrontends,
  };
  const page = globalThis as { [place]?: Readonly<Record<string, object>> };
  page[place] = { ...further, ...own, ...page[place] };
}
