import { pointerTo, type FormField } from './form-field.ts';

/** What is wrong with a field, without what its members say themselves. */
export function errorOf(field: FormField, pointer: string, errors: ReadonlyMap<string, string>): string | undefined {
  const found: string[] = [];
  for (const [at, message] of errors) {
    if (at === pointer) found.push(message);
    else if (at.startsWith(`${pointer}/`) && !isOfMember(field, pointer, at)) {
      found.push(`${at.slice(pointer.length)}: ${message}`);
    }
  }
  return found.length > 0 ? found.join('; ') : undefined;
}

/** What is wrong and belongs to none of the fields. */
export function errorsBeside(fields: readonly FormField[], errors: ReadonlyMap<string, string>): readonly string[] {
  return [...errors]
    .filter(([at]) => !fields.some(({ key }) => isAtOrBelow(at, pointerTo('', key))))
    .map(([at, message]) => (at === '' ? message : `${at}: ${message}`));
}

/** Takes the focus to the first field with an error; `false` if there is none. */
export function focusFirstError(form: Element | null): boolean {
  const first = form?.querySelector<HTMLElement>('[data-pk-invalid]');
  first?.focus();
  return first !== undefined && first !== null;
}

function isOfMember({ kind, members }: FormField, pointer: string, at: string): boolean {
  if (kind === 'list') return true;
  return kind === 'group' && members.some(({ key }) => isAtOrBelow(at, pointerTo(pointer, key)));
}

function isAtOrBelow(at: string, pointer: string): boolean {
  return at === pointer || at.startsWith(`${pointer}/`);
}
