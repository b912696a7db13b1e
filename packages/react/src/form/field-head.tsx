'use client';

import type { ReactElement, ReactNode } from 'react';
import { useForm } from './form-context.ts';
import type { FieldKind, FormField } from './form-field.ts';

export interface FieldHeadProps {
  readonly field: FormField;
  readonly id: string;
  readonly differs: boolean;
  readonly isUnsaved?: boolean;
  readonly isLocked?: boolean;
  readonly onReset?: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** The label of a field, and what has become of it. */
export function FieldHead(props: FieldHeadProps): ReactElement {
  const { field, id, differs, isUnsaved = false, isLocked = false, onReset, children } = props;
  const { messages } = useForm();
  const isParted = partedKinds.includes(field.kind);
  const Label = isParted ? 'span' : 'label';
  return (
    <div className="pk-field-head">
      <Label className="pk-label" id={`${id}-label`} {...(isParted ? {} : { htmlFor: id })}>
        {field.label}
      </Label>
      {field.isRequired && <span className="pk-tag">{messages.required}</span>}
      {isUnsaved && (
        <span className="pk-tag" data-tone="warning">
          {messages.unsaved}
        </span>
      )}
      {isLocked && <span className="pk-tag">{messages.locked}</span>}
      {onReset && differs && <DifferenceMark {...props} onReset={onReset} />}
      {children}
    </div>
  );
}

/** Kinds without one control that a label could be for. */
const partedKinds: readonly FieldKind[] = ['group', 'list', 'choices'];

interface DifferenceMarkProps extends FieldHeadProps {
  readonly onReset: () => void;
}

function DifferenceMark({ field, isLocked = false, onReset }: DifferenceMarkProps): ReactElement {
  const { messages } = useForm();
  return (
    <>
      <span className="pk-dot" title={messages.differs}>
        <span className="pk-hidden">{messages.differs}</span>
      </span>
      {!isLocked && (
        <button type="button" className="pk-button" data-kind="quiet" onClick={onReset}>
          {messages.reset(field.label)}
        </button>
      )}
    </>
  );
}
