'use client';

import { Fragment, type ReactElement, type ReactNode } from 'react';
import type { PluginPlaceProps } from './plugin-boundary.tsx';
import { PluginMount } from './plugin-mount.tsx';
import type { PluginContribution } from './read-plugin-ui.ts';
import { usePluginSlot } from './use-contributions.ts';

export interface PluginSlotProps extends PluginPlaceProps {
  /** Plugins name it in `slots`; widgets are in `dashboard`. */
  readonly name: string;
  /** What the views are given beside `plugin`. */
  readonly given?: Readonly<Record<string, unknown>> | undefined;
  /** Wraps each view, for example into a card with its label. */
  readonly frame?: ((of: PluginContribution, view: ReactElement) => ReactNode) | undefined;
  /** Shown where no plugin adds anything. */
  readonly children?: ReactNode;
}

/** A place of the application that plugins fill. */
export function PluginSlot({ name, given, frame, children, ...place }: PluginSlotProps): ReactElement {
  const contributions = usePluginSlot(name);
  if (contributions.length === 0) return <>{children}</>;
  return (
    <>
      {contributions.map((one) => {
        const view = <PluginMount key={one.key} of={one} given={given} {...place} />;
        return frame ? <Fragment key={one.key}>{frame(one, view)}</Fragment> : view;
      })}
    </>
  );
}
