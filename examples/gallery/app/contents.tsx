import type { ReactElement } from 'react';
import type { GalleryState } from './gallery-state.ts';

const themes = ['light', 'dark'] as const;

/** Every state with its address. */
export function Contents({ states }: { readonly states: readonly GalleryState[] }): ReactElement {
  const groups = [...new Set(states.map(({ group }) => group))];
  return (
    <div className="pk-root pk-stack">
      <h1 className="pk-title">States of the admin panel</h1>
      <p className="pk-text">
        Each state has an address. What stands behind the <code className="pk-code">?</code> says how it is looked at:{' '}
        <code className="pk-code">theme=light|dark</code>, <code className="pk-code">lang=en|de</code>,{' '}
        <code className="pk-code">dir=rtl</code>,{' '}
        <code className="pk-code">css=none|tailwind-3|tailwind-4|bootstrap|hostile</code>.{' '}
        <a className="pk-link" href="../18/">
          With React 18
        </a>
        {', '}
        <a className="pk-link" href="../19/">
          with React 19
        </a>
      </p>
      {groups.map((group) => (
        <section key={group} className="pk-card">
          <h2 className="pk-heading">{group}</h2>
          <ul className="pk-names">
            {states
              .filter((state) => state.group === group)
              .map(({ id, title }) => (
                <li key={id} className="pk-text">
                  {title}:{' '}
                  {themes.map((theme) => (
                    <span key={theme}>
                      <a className="pk-link" href={`./${id}?theme=${theme}`} aria-label={`${title}, ${theme}`}>
                        {theme}
                      </a>{' '}
                    </span>
                  ))}
                  <a className="pk-link" href={`./${id}?lang=de`} aria-label={`${title}, Deutsch`}>
                    Deutsch
                  </a>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
