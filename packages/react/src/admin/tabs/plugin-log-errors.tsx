'use client';

import type { PluginErrorGroup } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginErrors } from '../../use-plugin-errors.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { useMessages } from '../text/use-messages.ts';
import { useFormats } from '../text/use-formats.ts';
import { LoadState } from './load-state.tsx';

/** The errors of a plugin, equal ones together; nothing once it is known that there are none. */
export function PluginLogErrors({ name }: { readonly name: string }): ReactElement | null {
  const { observation } = useMessages();
  const view = usePluginErrors(name);
  const { errors, status } = view;
  const hasErrors = errors.length > 0;
  if (!hasErrors && status === 'ready') return null;
  return (
    <section className="pk-card" data-tone={hasErrors ? 'danger' : undefined} data-pk-part="errors">
      <h2 className="pk-heading">{observation.logs.errors}</h2>
      <LoadState {...view} hasData={hasErrors}>
        <ul className="pk-error-groups">
          {errors.map((group) => (
            <ErrorGroup key={group.fingerprint} group={group} />
          ))}
        </ul>
      </LoadState>
    </section>
  );
}

function ErrorGroup({ group }: { readonly group: PluginErrorGroup }): ReactElement {
  const { observation, errors } = useMessages();
  const { moment } = useFormats();
  const { type, message, where, count, firstAt, lastAt, example } = group;
  const { occurrences, seen, stack } = observation.logs;
  const title = type === null ? message : `${type}: ${message}`;
  return (
    <li>
      <p className="pk-text">
        <strong>{occurrences(count)}</strong> {title} {where !== null && <code className="pk-code">{where}</code>}
      </p>
      <p className="pk-text pk-muted">{seen(moment(firstAt), moment(lastAt))}</p>
      {example.stack !== null && (
        <details>
          <summary className="pk-summary">{stack}</summary>
          <pre className="pk-pre" tabIndex={0}>
            {example.stack}
          </pre>
          <CopyButton text={example.stack} label={errors.copy} />
        </details>
      )}
    </li>
  );
}
