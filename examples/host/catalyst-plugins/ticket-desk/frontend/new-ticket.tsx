import { useOwnPlugin } from '@catalyst-plugins/react';
import { useState, type FormEvent, type ReactElement } from 'react';
import type { Priority } from '../backend/ticket.ts';

// of the backend only types: its code is not for browsers
const priorities: readonly Priority[] = ['urgent', 'high', 'normal', 'low'];

/** Opens a ticket, if whoever uses the page may. */
export function NewTicket({ onOpened }: { readonly onOpened: () => void }): ReactElement {
  const { fetch, message } = useOwnPlugin();
  const [problem, setProblem] = useState<string>();
  const open = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const response = await fetch('/tickets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    setProblem(response.ok ? undefined : message('refused', { status: response.status }));
    if (!response.ok) return;
    form.reset();
    onOpened();
  };
  return (
    <form onSubmit={(event) => void open(event)}>
      <label>
        {message('title')} <input name="title" required maxLength={200} />
      </label>
      <label>
        {message('priority')}{' '}
        <select name="priority" defaultValue="normal">
          {priorities.map((priority) => (
            <option key={priority} value={priority}>
              {message(priority)}
            </option>
          ))}
        </select>
      </label>
      <button>{message('open-ticket')}</button>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  );
}
