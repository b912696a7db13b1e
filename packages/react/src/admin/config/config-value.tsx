'use client';

import type { Json } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { isHiddenSecret, withoutSecrets } from '../../form/draft-secrets.ts';
import type { FormField } from '../../form/form-field.ts';
import { useMessages } from '../text/use-messages.ts';

export interface ConfigValueProps {
  readonly field: FormField | undefined;
  readonly value: Json;
}

/** One value of a setting, to be read; secrets are told by what becomes of them. */
export function ConfigValue({ field, value }: ConfigValueProps): ReactElement {
  const { config } = useMessages();
  if (field?.kind === 'secret' || isHiddenSecret(value)) return <>{config.secret(secretState(value))}</>;
  const shown = value === null && field?.hasNullDefault === true ? (field.default ?? null) : value;
  const isDefault = value === null && shown !== null;
  return (
    <>
      <code className="pk-code">{shown === null ? '–' : JSON.stringify(withoutSecrets(field, shown))}</code>
      {isDefault && ` ${config.byDefault}`}
    </>
  );
}

function secretState(value: Json): 'set' | 'new' | 'unset' {
  if (value === null) return 'unset';
  return typeof value === 'string' ? 'new' : 'set';
}
