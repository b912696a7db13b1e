'use client';

import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { AuditGroup } from '../text/observation-messages.ts';
import { useMessages } from '../text/use-messages.ts';
import { Field } from './field.tsx';

export interface PluginAuditFiltersProps {
  readonly query: URLSearchParams;
  readonly setQuery: (key: string, value: string) => void;
}

const groups: readonly AuditGroup[] = ['all', 'commands', 'settings', 'permissions', 'health', 'tasks'];
const results = ['all', 'ok', 'failed', 'denied'] as const;

/** Which entries are wanted. */
export function PluginAuditFilters({ query, setQuery }: PluginAuditFiltersProps): ReactElement {
  const { observation } = useMessages();
  const words = observation.audit;
  const choose = (key: string) => (value: string) => setQuery(key, value === 'all' ? '' : value);
  return (
    <div className="pk-toolbar" role="search">
      <Choice
        label={words.group}
        value={query.get('kind') ?? 'all'}
        names={groups}
        texts={words.groups}
        choose={choose('kind')}
      />
      <Choice
        label={words.columns.result}
        value={query.get('result') ?? 'all'}
        names={results}
        texts={words.results}
        choose={choose('result')}
      />
      <TypedField label={words.actor} value={query.get('actor') ?? ''} set={(value) => setQuery('actor', value)} />
      <TypedField label={words.text} value={query.get('q') ?? ''} set={(value) => setQuery('q', value)} />
      {(['since', 'until'] as const).map((key) => (
        <Field key={key} label={words[key]}>
          <input
            type="datetime-local"
            className="pk-input"
            value={query.get(key) ?? ''}
            onChange={({ target }) => setQuery(key, target.value)}
          />
        </Field>
      ))}
    </div>
  );
}

interface ChoiceProps<Name extends string> {
  readonly label: string;
  readonly value: string;
  readonly names: readonly Name[];
  readonly texts: Readonly<Record<Name, string>>;
  readonly choose: (value: string) => void;
}

function Choice<Name extends string>({ label, value, names, texts, choose }: ChoiceProps<Name>): ReactElement {
  return (
    <Field label={label}>
      <select className="pk-input" value={value} onChange={({ target }) => choose(target.value)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {texts[name]}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface TypedFieldProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

/** How long nobody types before the server is asked. */
const quietMs = 300;

function TypedField({ label, value, set }: TypedFieldProps): ReactElement {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState({ value, sent: value });
  if (value !== known.value) {
    setKnown({ value, sent: value });
    // the address was changed by somebody else: what it says counts
    if (value !== known.sent) setTyped(value);
  }
  // another function at each render; that must not begin the waiting anew
  const latest = useRef(set);
  useEffect(() => {
    latest.current = set;
  });
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => {
      setKnown((before) => ({ ...before, sent: typed }));
      latest.current(typed);
    }, quietMs);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <Field label={label}>
      <input type="search" className="pk-input" value={typed} onChange={({ target }) => setTyped(target.value)} />
    </Field>
  );
}
