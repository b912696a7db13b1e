'use client';

import { useMemo, type ReactElement } from 'react';
import { readFormFields } from '../../form/read-form-fields.ts';
import { usePluginConfig } from '../../use-plugin-config.ts';
import type { DetailTabProps } from '../detail/detail-tab.ts';
import { LoadState } from '../tabs/load-state.tsx';
import { useTabQuery } from '../tabs/use-tab-query.ts';
import { useMessages } from '../text/use-messages.ts';
import { ConfigDraft } from './config-draft.tsx';
import { ConfigHistory } from './config-history.tsx';
import { PresentRevision } from './present-revision.tsx';
import { useUnreadText } from './use-unread-text.ts';

const views = ['form', 'json', 'history'] as const;

/** The settings of a plugin: to be edited as fields or as text, and what they were before. */
export function PluginConfig({ plugin }: DetailTabProps): ReactElement {
  const { config: words } = useMessages();
  const config = usePluginConfig(plugin.name);
  const [query, setQuery] = useTabQuery();
  const unread = useUnreadText();
  const view = views.find((one) => one === query.get('view')) ?? 'form';
  const { state } = config;
  const fields = useMemo(() => (state ? readFormFields(state.schema, state.fields) : []), [state]);
  if (!state) return <LoadState {...config} hasData={false} />;
  return (
    <>
      <LoadState {...config} hasData />
      <div className="pk-toolbar">
        <div className="pk-filters" role="group" aria-label={words.view}>
          {views.map((one) => (
            <button
              key={one}
              type="button"
              className="pk-filter"
              aria-pressed={one === view}
              onClick={() => {
                if (one !== view) setQuery('view', one === 'form' ? '' : one);
              }}
            >
              {words.views[one]}
            </button>
          ))}
        </div>
        <PresentRevision config={config} state={state} />
      </div>
      {view === 'history' ? (
        <ConfigHistory plugin={plugin} config={config} state={state} fields={fields} />
      ) : (
        <ConfigDraft plugin={plugin} config={config} state={state} fields={fields} view={view} unread={unread} />
      )}
    </>
  );
}
