import type { Json } from '@catalyst-plugins/core/protocol';
import type { ComponentType, ReactNode } from 'react';
import type { FormField } from './form-field.ts';

/** What every control of a field has, whatever it is. */
export interface ControlAttributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
  readonly 'aria-required': boolean | undefined;
  readonly 'data-pk-invalid': '' | undefined;
}

/** What a control needs to show and change a value. */
export interface ControlProps {
  readonly field: FormField;
  readonly value: Json;
  /** As the server has it. */
  readonly present: Json | undefined;
  /** `undefined` is for no value. */
  readonly onChange: (value: Json | undefined) => void;
  readonly attributes: ControlAttributes;
  readonly isLocked: boolean;
}

/** What the parts of a field need. */
export interface PartsProps extends Omit<ControlProps, 'attributes'> {
  readonly pointer: string;
  /** What each part is shown with. */
  readonly Field: ComponentType<SchemaFieldProps>;
}

/** What a field is shown for. */
export interface SchemaFieldProps {
  readonly field: FormField;
  readonly pointer: string;
  readonly value: Json | undefined;
  /** As the server has it. */
  readonly present: Json | undefined;
  /** `undefined` is for no value. */
  readonly onChange: (value: Json | undefined) => void;
  /** Takes a setting back to its default; absent where there is none. */
  readonly onReset?: (() => void) | undefined;
  readonly isUnsaved?: boolean;
  readonly isLocked?: boolean;
  /** Further buttons beside the label. */
  readonly children?: ReactNode;
}
