import { useOwnPlugin } from '@catalyst-plugins/react';
import type { ReactElement } from 'react';
import type { Comment, Ticket } from '../backend/ticket.ts';
import { useAnswer } from './use-answer.ts';

/** One ticket with its comments. */
export function TicketPage({ params }: { readonly params: Readonly<Record<string, string>> }): ReactElement {
  const { message } = useOwnPlugin();
  const { data, error } = useAnswer<Ticket & { readonly comments: readonly Comment[] }>(`/tickets/${params['number']}`);
  if (error !== undefined) return <p role="alert">{error}</p>;
  if (!data) return <p>…</p>;
  return (
    <article className="ticket-desk">
      <h2>{data.title}</h2>
      <p>
        {message(data.status)}, {message(data.priority)}
      </p>
      <p>{data.description}</p>
      <ul>
        {data.comments.map(({ author, text }, index) => (
          <li key={index}>
            {author}: {text}
          </li>
        ))}
      </ul>
    </article>
  );
}
