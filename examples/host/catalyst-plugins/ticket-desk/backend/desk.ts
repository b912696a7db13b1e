import type { Collection, PluginContext, PluginRequest } from '@catalyst-plugins/core';
import type { Comment, Priority, Status, Ticket } from './ticket.ts';

/** What a change of a ticket may say. */
export interface TicketChange {
  readonly title?: string;
  readonly description?: string;
  readonly status?: Status;
  readonly priority?: Priority;
  readonly assignee?: string | null;
  readonly tags?: readonly string[];
}

/** What opens a ticket. */
export interface NewTicket {
  readonly title: string;
  readonly description?: string;
  readonly priority?: Priority;
  readonly tags?: readonly string[];
}

const hourMs = 3_600_000;
/** Another process may want the same number at the same moment; the database lets one of them have it. */
const attempts = 20;

/** The tickets of the desk: every change goes through here, so that everybody hears of it. */
export class Desk {
  readonly tickets: Collection<Ticket>;
  readonly comments: Collection<Comment>;
  readonly #ctx: PluginContext;
  /** The ticket before the next one: each is numbered when the one before it has its number. */
  #numbered: Promise<unknown> = Promise.resolve();

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.tickets = ctx.collection<Ticket>('tickets');
    this.comments = ctx.collection<Comment>('comments');
  }

  async open({ title, description = '', priority = 'normal', tags = [] }: NewTicket, author: string): Promise<Ticket> {
    const ticket = await this.#insert({
      title,
      description,
      priority,
      tags,
      author,
      status: 'open',
      assignee: null,
      dueAt: this.#dueAt(priority),
      overdue: false,
      commentCount: 0,
    });
    this.#ctx.emitTyped('ticket:created', { number: ticket.number, title, priority });
    this.#tell(ticket.number);
    return ticket;
  }

  find(number: number): Promise<Ticket | null> {
    return this.tickets.findOne({ number });
  }

  /** Resolves to the changed ticket, or `null` when there is none. */
  async change(number: number, change: TicketChange): Promise<Ticket | null> {
    const deadline = change.priority === undefined ? {} : { dueAt: this.#dueAt(change.priority), overdue: false };
    await this.tickets.updateOne({ number }, { $set: { ...change, ...deadline } });
    const ticket = await this.find(number);
    if (ticket) this.#announce(ticket);
    return ticket;
  }

  async remove(number: number): Promise<boolean> {
    const removed = await this.tickets.deleteOne({ number });
    if (removed === 0) return false;
    await this.comments.deleteMany({ ticket: number });
    this.#tell(number);
    return true;
  }

  /** Resolves to the comment, or `null` when there is no such ticket. */
  async comment(number: number, text: string, author: string): Promise<Comment | null> {
    const counted = await this.tickets.updateOne({ number }, { $inc: { commentCount: 1 } });
    if (counted === 0) return null;
    const comment = await this.comments.insert({ ticket: number, author, text });
    this.#tell(number);
    return comment;
  }

  /** Changes many at once; resolves to how many there were. */
  async changeMany(numbers: readonly number[], change: TicketChange & { readonly addTag?: string }): Promise<number> {
    const { addTag, ...fields } = change;
    const changed = await this.tickets.update({ number: { $in: [...numbers] } }, { $set: fields });
    if (addTag !== undefined) {
      await this.tickets.update(
        { number: { $in: [...numbers] }, tags: { $nin: [addTag] } },
        { $push: { tags: addTag } },
      );
    }
    for (const ticket of await this.tickets.find({ number: { $in: [...numbers] } })) this.#announce(ticket);
    return changed;
  }

  /** Marks tickets whose time is over, and says so once for each of them. */
  async markOverdue(now: Date): Promise<void> {
    const late = await this.tickets.find({ status: 'open', overdue: false, dueAt: { $lt: now.toISOString() } });
    for (const { number, dueAt } of late) {
      const marked = await this.tickets.updateOne(
        { number, status: 'open', overdue: false },
        { $set: { overdue: true } },
      );
      if (marked === 0) continue;
      this.#ctx.emitTyped('ticket:overdue', { number, dueAt });
      this.#tell(number);
    }
  }

  /** The user behind a request, for what is written under somebody's name. */
  authorOf(request: PluginRequest): string {
    return this.#ctx.getUserId(request) ?? 'somebody';
  }

  #insert(ticket: Omit<Ticket, 'number'>): Promise<Ticket> {
    const inserted = this.#numbered.then(() => this.#insertNext(ticket));
    this.#numbered = inserted.catch(() => undefined);
    return inserted;
  }

  async #insertNext(ticket: Omit<Ticket, 'number'>): Promise<Ticket> {
    for (let attempt = 1; ; attempt += 1) {
      const [latest] = await this.tickets.find({}, { sort: { number: -1 }, limit: 1, projection: ['number'] });
      try {
        return await this.tickets.insert({ ...ticket, number: (latest?.number ?? 0) + 1 });
      } catch (error) {
        if ((error as { code?: string }).code !== 'DOCUMENT_DUPLICATE' || attempt === attempts) throw error;
      }
    }
  }

  #dueAt(priority: Priority): string {
    const hours = this.#ctx.getConfig<number | undefined>(`hoursToAnswer.${priority}`) ?? 72;
    return new Date(Date.now() + hours * hourMs).toISOString();
  }

  #announce({ number, status, assignee }: Ticket): void {
    this.#ctx.emitTyped('ticket:changed', { number, status, ...(assignee === null ? {} : { assignee }) });
    this.#tell(number);
  }

  /** Browsers that show the ticket read it again. */
  #tell(number: number): void {
    this.#ctx.sendWebSocketMessage('*', { type: 'ticket-desk:changed', data: { number } });
  }
}
