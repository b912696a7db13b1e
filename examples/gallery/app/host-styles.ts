import type { HostStyles } from './view-options.ts';

/** Has the style sheet of an application on the page, before those of the panel; resolves when it is there. */
export async function addHostStyles(css: HostStyles): Promise<void> {
  if (css === 'none') return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  // the build puts them beside the pages
  link.href = new URL(`../host-styles/${css}.css`, document.baseURI).href;
  const loaded = new Promise((resolve) => link.addEventListener('load', resolve));
  document.head.prepend(link);
  await loaded;
}
