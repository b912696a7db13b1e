'use client';

import type { ReactElement } from 'react';
import { useConnection } from '../../use-connection.ts';
import { useMessages } from '../text/use-messages.ts';

/** Says whether what is shown follows the server by itself. */
export function ConnectionStatus(): ReactElement {
  const { state } = useConnection();
  const { connection } = useMessages();
  return (
    <span className="pk-connection" role="status" data-state={state} data-pk-part="connection">
      <span aria-hidden="true" className="pk-connection-dot" />
      {connection[state]}
    </span>
  );
}
