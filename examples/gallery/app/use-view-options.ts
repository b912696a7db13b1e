import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { readViewOptions, type ViewOptions } from './view-options.ts';

/** How the state is looked at: as the address says, also when that changes while the state is shown. */
export function useViewOptions(): ViewOptions {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const options = useMemo(() => readViewOptions(new URLSearchParams(search)), [search]);
  const { language, direction, theme } = options;
  useEffect(() => {
    const page = document.documentElement;
    page.lang = language;
    page.dir = direction;
    page.style.colorScheme = theme;
  }, [language, direction, theme]);
  return options;
}

function subscribe(tell: () => void): () => void {
  addEventListener('popstate', tell);
  return () => removeEventListener('popstate', tell);
}
