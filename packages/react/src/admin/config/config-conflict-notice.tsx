'use client';

import type { ConfigConflict, Json } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { isHiddenSecret } from '../../form/draft-secrets.ts';
import { isSame } from '../../store/same-json.ts';
import { useAnnounce } from '../announcer.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { ConfigPartProps } from './config-part.ts';
import { ConfigValue } from './config-value.tsx';
import { useConfigRevision } from './use-config-revision.ts';

type Side = 'mine' | 'theirs' | 'base';
type ContestedKey = ConfigConflict['keys'][number];

export interface ConfigConflictNoticeProps extends ConfigPartProps {
  readonly conflict: ConfigConflict;
}

/** Somebody else has saved meanwhile: for each setting that both have changed, one value is picked. */
export function ConfigConflictNotice({ conflict, config, fields }: ConfigConflictNoticeProps): ReactElement {
  const { config: words } = useMessages();
  const announce = useAnnounce();
  const { found } = useConfigRevision(config.loadRevisions, conflict.actual);
  const [picks, setPicks] = useState<Readonly<Record<string, Side>>>({});
  const contested = conflict.keys.filter(isContested);
  const isOpen = contested.some(({ key }) => picks[key] === undefined);
  const apply = (): void => {
    if (isOpen) return;
    config.resolve('mine');
    for (const one of contested) {
      const picked = picks[one.key];
      if (picked === 'theirs' || picked === 'base') config.set(one.key, valueOf(one, picked) ?? null);
    }
    announce(words.conflictSolved);
  };
  return (
    <section
      className="pk-notice"
      data-tone="warning"
      role="alert"
      tabIndex={-1}
      data-pk-invalid=""
      data-pk-part="conflict"
    >
      <h2 className="pk-notice-title">{words.conflictTitle(conflict.actual, found?.actor)}</h2>
      <p className="pk-text">{words.conflictText}</p>
      {contested.map((one) => {
        const field = fields.find(({ key }) => key === one.key);
        return (
          <fieldset key={one.key} className="pk-choices">
            <legend className="pk-label">{field?.label ?? one.key}</legend>
            {sidesOf(one).map((side) => (
              <label key={side} className="pk-choice">
                <input
                  type="radio"
                  className="pk-check"
                  name={`pk-conflict-${one.key}`}
                  checked={picks[one.key] === side}
                  onChange={() => setPicks({ ...picks, [one.key]: side })}
                />
                <span>
                  {words.sides[side]}: <ConfigValue field={field} value={valueOf(one, side) ?? null} />
                </span>
              </label>
            ))}
          </fieldset>
        );
      })}
      <div className="pk-actions">
        <button type="button" className="pk-button" data-kind="primary" aria-disabled={isOpen} onClick={apply}>
          {words.conflictApply}
        </button>
      </div>
    </section>
  );
}

/** Nobody sees whether a secret was changed by somebody else. */
function isContested({ before, theirs }: ContestedKey): boolean {
  return before === undefined || !isSame(before, theirs) || isHiddenSecret(theirs);
}

function sidesOf({ before }: ContestedKey): readonly Side[] {
  return before === undefined || isHiddenSecret(before) ? ['mine', 'theirs'] : ['mine', 'theirs', 'base'];
}

function valueOf({ before, theirs, yours }: ContestedKey, side: Side): Json | undefined {
  if (side === 'mine') return yours;
  return side === 'theirs' ? theirs : before;
}
