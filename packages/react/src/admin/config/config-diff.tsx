'use client';

import type { Json } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import type { FormField } from '../../form/form-field.ts';
import { useMessages } from '../text/use-messages.ts';
import { ConfigValue } from './config-value.tsx';

export interface ConfigDiffProps {
  readonly fields: readonly FormField[];
  readonly rows: readonly { readonly key: string; readonly before: Json; readonly after: Json }[];
  /** What was changed before and after that; default: what is now and what would be. */
  readonly isPast?: boolean;
}

/** What settings are now and what they would be, or what they were changed from and to. */
export function ConfigDiff({ fields, rows, isPast = false }: ConfigDiffProps): ReactElement {
  const { config } = useMessages();
  const { setting, before, after, past, present } = config.columns;
  return (
    <table className="pk-diff">
      <thead>
        <tr>
          {[setting, ...(isPast ? [past, present] : [before, after])].map((title) => (
            <th key={title} scope="col" className="pk-diff-cell">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const field = fields.find(({ key }) => key === row.key);
          return (
            <tr key={row.key}>
              <th scope="row" className="pk-diff-cell">
                {field?.label ?? row.key}
              </th>
              <td className="pk-diff-cell">
                <ConfigValue field={field} value={row.before} />
              </td>
              <td className="pk-diff-cell">
                <ConfigValue field={field} value={row.after} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
