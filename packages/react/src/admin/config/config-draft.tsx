'use client';

import type { ReactElement } from 'react';
import { JsonEditor } from '../../form/json-editor.tsx';
import { SchemaForm } from '../../form/schema-form.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { useMessages } from '../text/use-messages.ts';
import { ConfigConflictNotice } from './config-conflict-notice.tsx';
import type { ConfigPartProps } from './config-part.ts';
import { ConfigReview } from './config-review.tsx';
import { useConfigDraft } from './use-config-draft.ts';
import type { UnreadText } from './use-unread-text.ts';

export interface ConfigDraftProps extends ConfigPartProps {
  readonly view: 'form' | 'json';
  readonly unread: UnreadText;
}

/** The settings as they would be: edited, reviewed, saved or given up. */
export function ConfigDraft(props: ConfigDraftProps): ReactElement {
  const { config, state, fields, view, unread } = props;
  const { config: words, form: messages } = useMessages();
  const draft = useConfigDraft(props);
  const { values, changes, errors, conflict, isTesting } = config;
  const isIdle = changes.length === 0 || isTesting || conflict !== undefined;
  const Editor = view === 'json' ? JsonEditor : SchemaForm;
  return (
    <form
      ref={unread.form}
      className="pk-form"
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isIdle) void draft.review();
      }}
      onChange={unread.look}
      data-pk-part="config"
    >
      <DraftNotices {...props} />
      {unread.isInTheWay && (
        <p className="pk-notice" data-tone="error" role="alert" data-pk-part="unread">
          {words.unread}
        </p>
      )}
      {fields.length === 0 && view === 'form' && <p className="pk-text">{words.nothing}</p>}
      <Editor
        key={`${view} ${draft.generation}`}
        fields={fields}
        present={state.config}
        values={values}
        stored={state.stored}
        locked={state.locked}
        errors={errors}
        changes={changes}
        messages={messages}
        onChange={config.set}
      />
      <DraftBar {...props} isIdle={isIdle} onDiscard={draft.discard} />
      {draft.isReviewing && <ConfigReview {...props} onSave={() => void draft.save()} onClose={draft.close} />}
    </form>
  );
}

function DraftNotices(props: ConfigDraftProps): ReactElement {
  const { config: words } = useMessages();
  const { conflict, saveError, errors, tested } = props.config;
  const failed = conflict === undefined && errors.size === 0 ? saveError : undefined;
  const refusals = tested?.ok === false ? tested.messages : [];
  return (
    <>
      {conflict && <ConfigConflictNotice key={conflict.actual} {...props} conflict={conflict} />}
      {failed && <ErrorNotice error={failed} title={words.notSaved} />}
      {refusals.map((message) => (
        <p key={message} className="pk-notice" data-tone="error" role="alert">
          {message}
        </p>
      ))}
    </>
  );
}

interface DraftBarProps extends ConfigDraftProps {
  readonly isIdle: boolean;
  readonly onDiscard: () => void;
}

function DraftBar({ config, state, unread, isIdle, onDiscard }: DraftBarProps): ReactElement {
  const { config: words } = useMessages();
  const { changes, errors } = config;
  return (
    <div className="pk-form-bar">
      {errors.size > 0 && <p className="pk-text pk-problem">{words.problems(errors.size)}</p>}
      <div className="pk-actions">
        <button type="submit" className="pk-button" data-kind="primary" aria-disabled={isIdle}>
          {words.review(changes.length)}
        </button>
        {(changes.length > 0 || unread.isThere) && (
          <button type="button" className="pk-button" onClick={onDiscard}>
            {words.discard}
          </button>
        )}
        <span className="pk-text pk-muted">{words.effects[state.effect]}</span>
      </div>
    </div>
  );
}
