/** Style sheets of applications that the panel has to stand. */
export const hostStyles = ['none', 'tailwind-3', 'tailwind-4', 'bootstrap', 'hostile'] as const;

export type HostStyles = (typeof hostStyles)[number];

/** How a state is looked at, as its address says. */
export interface ViewOptions {
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'de';
  readonly direction: 'ltr' | 'rtl';
  readonly css: HostStyles;
}

/** Reads how a state is looked at; what is not known is as if it were not there. */
export function readViewOptions(query: URLSearchParams): ViewOptions {
  return {
    theme: query.get('theme') === 'dark' ? 'dark' : 'light',
    language: query.get('lang') === 'de' ? 'de' : 'en',
    direction: query.get('dir') === 'rtl' ? 'rtl' : 'ltr',
    css: hostStyles.find((one) => one === query.get('css')) ?? 'none',
  };
}
