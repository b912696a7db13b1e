import { useOwnPlugin } from '@catalyst-plugins/react';
import { useState, type ReactElement } from 'react';
import type { Ticket } from '../backend/ticket.ts';
import { NewTicket } from './new-ticket.tsx';
import { useAnswer } from './use-answer.ts';

/** Tickets that are open, found by words, and a form for another one. */
export function TicketList(): ReactElement {
  const { message } = useOwnPlugin();
  const [words, setWords] = useState('');
  const { data = [], error, reload } = useAnswer<readonly Ticket[]>(`/tickets?q=${encodeURIComponent(words)}`);
  return (
    <section className="ticket-desk">
      <label>
        {message('search')} <input type="search" value={words} onChange={({ target }) => setWords(target.value)} />
      </label>
      {error !== undefined && <p role="alert">{error}</p>}
      <table>
        <thead>
          <tr>
            {['number', 'title', 'status', 'priority', 'assignee'].map((column) => (
              <th key={column} scope="col">
                {message(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.map(({ number, title, status, priority, assignee, overdue }) => (
            <tr key={number} data-overdue={overdue}>
              <td>{number}</td>
              <td>{title}</td>
              <td>{message(status)}</td>
              <td>{message(priority)}</td>
              <td>{assignee ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <NewTicket onOpened={reload} />
    </section>
  );
}
