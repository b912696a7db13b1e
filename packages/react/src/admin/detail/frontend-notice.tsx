'use client';

import type { ReactElement } from 'react';
import type { FrontendProblem } from '../../frontends/frontend-problem.ts';
import { usePluginFrontends } from '../../frontends/use-plugin-frontends.ts';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useMessages } from '../text/use-messages.ts';

/** Says that the frontend of a plugin failed to load or was turned off on this page, and lets that be changed. */
export function FrontendNotice({ name }: { readonly name: string }): ReactElement | null {
  const { frontends, retry, turnOff, turnOn } = usePluginFrontends();
  const { frontend } = useMessages();
  const found = frontends.get(name);
  if (found?.status === 'off')
    return (
      <div className="pk-notice" data-pk-part="frontend-off">
        <p className="pk-text">{frontend.off}</p>
        <div className="pk-actions">
          <button type="button" className="pk-button" onClick={() => turnOn(name)}>
            {frontend.turnOn}
          </button>
        </div>
      </div>
    );
  if (!found?.error) return null;
  return (
    <FrontendProblemNotice plugin={name} error={found.error} retry={() => retry(name)} turnOff={() => turnOff(name)} />
  );
}

/** Says what is wrong with what a plugin shows. */
export function FrontendProblemNotice({ error, retry, turnOff }: FrontendProblem): ReactElement {
  const { errors, frontend } = useMessages();
  const meaning = frontend.problems[error.kind];
  const said = meaning === undefined ? { message: error.message } : { message: meaning, hint: error.detail };
  return (
    <ErrorNotice title={frontend.failed} error={{ code: error.kind, ...said }}>
      <button type="button" className="pk-button" onClick={retry}>
        {errors.again}
      </button>
      {error.kind !== 'unserved' && (
        <button type="button" className="pk-button" onClick={turnOff}>
          {frontend.turnOff}
        </button>
      )}
    </ErrorNotice>
  );
}
