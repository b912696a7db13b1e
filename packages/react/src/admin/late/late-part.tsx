'use client';

import { useEffect, useState, type ReactElement } from 'react';
import { useMessages } from '../text/use-messages.ts';
import { useLateParts, type LoadPart } from './late-parts.ts';
import { PartBoundary, PartNotice } from './part-boundary.tsx';

export interface LatePartProps<Props> {
  readonly load: LoadPart<Props>;
  /** What the part is shown for. */
  readonly given: Props;
}

/** What came of loading the code of a part. */
interface Outcome {
  readonly load: unknown;
  readonly error: unknown;
}

/** A part of the panel whose code is loaded when it is first shown; says that it is being loaded, or that it cannot be. */
export function LatePart<Props extends object>({ load, given }: LatePartProps<Props>): ReactElement {
  const parts = useLateParts();
  const [outcome, setOutcome] = useState<Outcome>();
  const [attempt, setAttempt] = useState(0);
  const Part = parts.get(load);
  const isHere = Part !== undefined;
  useEffect(() => {
    if (isHere) return undefined;
    let isOver = false;
    const tell = (error: unknown): void => {
      if (!isOver) setOutcome({ load, error });
    };
    parts.load(load).then(() => tell(undefined), tell);
    return () => {
      isOver = true;
    };
  }, [parts, load, isHere, attempt]);
  if (Part)
    return (
      <PartBoundary>
        <Part {...given} />
      </PartBoundary>
    );
  if (outcome?.load !== load || outcome.error === undefined) return <PendingPart />;
  return (
    <MissingPart
      reason={outcome.error}
      retry={() => {
        setOutcome(undefined);
        setAttempt(attempt + 1);
      }}
    />
  );
}

function PendingPart(): ReactElement {
  const { detail } = useMessages();
  return (
    <div className="pk-late" aria-busy="true" data-pk-part="loading">
      <p className="pk-text pk-muted" role="status">
        {detail.loading}
      </p>
    </div>
  );
}

function MissingPart({ reason, retry }: { readonly reason: unknown; readonly retry: () => void }): ReactElement {
  const { errors } = useMessages();
  const hint = reason instanceof Error ? reason.message : undefined;
  return (
    <PartNotice
      title={errors.partTitle}
      error={{ code: 'PART_NOT_LOADED', message: errors.partText, hint }}
      retry={retry}
    />
  );
}
