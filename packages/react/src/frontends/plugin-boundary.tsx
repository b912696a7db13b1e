'use client';

import { Suspense, useContext, type ReactElement, type ReactNode } from 'react';
import { useStore } from 'zustand/react';
import { ErrorCatcher } from './error-catcher.tsx';
import { FrontendError, reasonOf } from './frontend-error.ts';
import { FrontendProblemContext, type FrontendProblem, type ShowFrontendProblem } from './frontend-problem.ts';
import { OwnPluginContext } from './own-plugin.ts';
import { useFrontends } from './use-frontends.ts';

/** How parts of the page that plugins fill look while there is nothing of the plugin to see. */
export interface PluginPlaceProps {
  /** Shown instead of what has failed; default: `frontendProblem` of the provider. */
  readonly problem?: ShowFrontendProblem | undefined;
  /** Shown while a view waits for its code or data; default: nothing. */
  readonly pending?: ReactNode;
}

export interface PluginBoundaryProps extends PluginPlaceProps {
  readonly plugin: string;
  readonly children?: ReactNode;
}

/**
 * Keeps what goes wrong with the frontend of a plugin inside: shows why it did not load, and catches what its views
 * throw. Without children it only shows why it did not load.
 */
export function PluginBoundary({ plugin, problem: ownProblem, pending, children }: PluginBoundaryProps): ReactElement {
  const ofProvider = useContext(FrontendProblemContext);
  const problem = ownProblem ?? ofProvider ?? defaultProblem;
  const frontends = useFrontends();
  const loadError = useStore(frontends.state, (current) => current.frontends.get(plugin)?.error);
  const turnOff = (): void => frontends.turnOff(plugin);
  if (loadError) return <>{problem({ plugin, error: loadError, retry: () => frontends.retry(plugin), turnOff })}</>;
  return (
    <OwnPluginContext.Provider value={plugin}>
      <ErrorCatcher
        instead={(caught, reset) =>
          problem({ plugin, error: new FrontendError(plugin, 'render', reasonOf(caught)), retry: reset, turnOff })
        }
      >
        <Suspense fallback={pending}>{children}</Suspense>
      </ErrorCatcher>
    </OwnPluginContext.Provider>
  );
}

function defaultProblem({ plugin, error, retry, turnOff }: FrontendProblem): ReactNode {
  return (
    <div role="alert" className="pk-frontend-problem" data-plugin={plugin} data-kind={error.kind}>
      <p>
        The user interface of {plugin} does not work. {error.message}
      </p>
      <button type="button" onClick={retry}>
        Try again
      </button>{' '}
      <button type="button" onClick={turnOff}>
        Turn it off
      </button>
    </div>
  );
}
