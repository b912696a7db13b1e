import { useOwnPlugin } from '@catalyst-plugins/react';
import type { ReactElement } from 'react';
import { useAnswer } from './use-answer.ts';

interface Figures {
  readonly byStatus: Readonly<Record<string, number>>;
  readonly overdue: number;
  readonly unassigned: number;
}

/** How much there is to do, for dashboards. */
export function Statistics(): ReactElement {
  const { message } = useOwnPlugin();
  const { data } = useAnswer<Figures>('/statistics');
  return (
    <p>
      {message('figures', {
        open: data?.byStatus['open'] ?? 0,
        overdue: data?.overdue ?? 0,
        unassigned: data?.unassigned ?? 0,
      })}
    </p>
  );
}
