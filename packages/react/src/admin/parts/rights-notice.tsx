'use client';

import type { ReactElement } from 'react';
import { useAdministrator } from '../../use-administrator.ts';
import { useMessages } from '../text/use-messages.ts';

/** Says to somebody who may only look that they may only look. */
export function RightsNotice(): ReactElement | null {
  const { commands } = useMessages();
  const { may } = useAdministrator();
  if (may('plugins.write')) return null;
  return (
    <p className="pk-notice" data-pk-part="rights">
      {commands.readOnly}
    </p>
  );
}
