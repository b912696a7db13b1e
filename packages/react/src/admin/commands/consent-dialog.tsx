'use client';

import type { ReactElement } from 'react';
import { usePluginPermissions, type PluginPermissionsView } from '../../use-plugin-permissions.ts';
import { ModalDialog } from '../parts/modal-dialog.tsx';
import { LoadState } from '../tabs/load-state.tsx';
import { useMessages } from '../text/use-messages.ts';
import type { CommandDialogProps } from './command-answer.ts';
import type { AskedPermission } from './command-question.ts';

/** Shows what a plugin asks for that nobody has decided about, and grants it with the command. */
export function ConsentDialog({ question, onClose, onAnswer }: CommandDialogProps<'consent'>): ReactElement {
  const { commands } = useMessages();
  const { plugin, command, options } = question;
  const known = usePluginPermissions(plugin.name);
  const { status, error, refresh } = known;
  const asked = undecided(question.permissions, known);
  const isKnown = question.permissions.length > 0 || status === 'ready';
  return (
    <ModalDialog
      title={commands.consentTitle(plugin.displayName)}
      onClose={onClose}
      confirmation={{
        label: commands.grantAnd(command),
        kind: 'primary',
        disabled: !isKnown || asked.length === 0,
        onConfirm: () => onAnswer(command, { ...options, grant: asked.map(({ permission }) => permission) }),
      }}
    >
      <LoadState
        status={isKnown ? 'ready' : status}
        error={isKnown ? undefined : error}
        hasData={isKnown}
        refresh={refresh}
      >
        <AskedPermissions asked={asked} />
      </LoadState>
    </ModalDialog>
  );
}

function AskedPermissions({ asked }: { readonly asked: readonly AskedPermission[] }): ReactElement {
  const { commands } = useMessages();
  if (asked.length === 0) return <p className="pk-text">{commands.consentDecided}</p>;
  return (
    <>
      <p className="pk-text">{commands.consentText}</p>
      <ul className="pk-permissions">
        {asked.map(({ permission, description }) => (
          <li key={permission} className="pk-permission">
            <span className="pk-text">{description ?? permission}</span>
            <code className="pk-code">{permission}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What the refusal named, else whatever nobody has decided about. */
function undecided(
  named: readonly AskedPermission[],
  { permissions, pending }: Pick<PluginPermissionsView, 'permissions' | 'pending'>,
): readonly AskedPermission[] {
  if (named.length > 0) return named;
  const known = new Map([...permissions, ...pending].map((one) => [one.permission, one]));
  return [...known.values()].filter(({ state }) => state === 'pending');
}
