const all = { kind: 'and', filters: [] };
const everything = { filter: all, order: [], skip: 0, limit: undefined };
const equals = (member, value) => ({ kind: 'equals', path: [member], value });
const users = 5_000;

/** Tickets in the order of their ids, which no other member has. */
export function ticketsOf(count) {
  return Array.from({ length: count }, (_, index) => {
    const number = (index * 7_919) % count;
    return {
      _id: `t${index}`,
      number,
      user: `user${index % users}`,
      status: ['open', 'waiting', 'closed', 'closed'][index % 4],
      title: `Ticket ${number}`,
      created: new Date(1_700_000_000_000 + number * 1_000).toISOString(),
      tags: [`area${index % 10}`, `team${index % 7}`],
    };
  });
}

/** Inserts all tickets. */
export function bulk({ stores, name, tickets }) {
  return stores.collections.insert(
    name,
    tickets.map((data) => ({ id: data._id, data })),
  );
}

/** What is timed: with a collection, and with all tickets as a list under one key. Each checks what it found. */
export const operations = [
  {
    key: 'id',
    title: 'find by id',
    ...finding((turn, { tickets }) => {
      const { _id } = tickets[(turn * 31) % tickets.length];
      return { query: { filter: equals('_id', _id) }, matches: (ticket) => ticket._id === _id, count: 1 };
    }),
  },
  {
    key: 'equal',
    title: 'find by one value',
    ...finding((turn, { tickets }) => {
      const { user } = tickets[(turn * 31) % tickets.length];
      return { query: { filter: equals('user', user) }, matches: (ticket) => ticket.user === user };
    }),
  },
  {
    key: 'equals',
    title: 'find by two values',
    ...finding((turn, { tickets }) => {
      const { user, status } = tickets[(turn * 31) % tickets.length];
      return {
        query: { filter: { kind: 'and', filters: [equals('user', user), equals('status', status)] } },
        matches: (ticket) => ticket.user === user && ticket.status === status,
      };
    }),
  },
  {
    key: 'range',
    title: 'find the last 100 of a range, declared',
    ...finding((_, { tickets }) => {
      const value = tickets.length - 100;
      return {
        query: { filter: { kind: 'compare', path: ['number'], operator: 'gte', value } },
        matches: (ticket) => ticket.number >= value,
        count: 100,
      };
    }),
  },
  { key: 'sort', title: 'the 20 latest, declared', ...sorting('created') },
  { key: 'sortUndeclared', title: 'the first 20 by title, not declared', ...sorting('title') },
  {
    key: 'insert',
    title: 'insert one',
    async collection({ stores, name }, turn) {
      const data = { _id: `new${turn}`, number: -turn, user: 'new', created: '2000', title: '0' };
      await stores.collections.insert(name, [{ id: data._id, data }]);
    },
    array: rewriting((tickets, turn) => [...tickets, { _id: `new${turn}`, number: -turn, user: 'new' }]),
  },
  {
    key: 'update',
    title: 'update one by id',
    async collection({ stores, name }, turn) {
      const query = { ...everything, filter: equals('_id', `t${turn}`), limit: 1 };
      const count = await stores.collections.update(name, query, (ticket) => ({ ...ticket, status: 'changed' }));
      if (count !== 1) throw new Error(`${count} documents were updated`);
    },
    array: rewriting((tickets, turn) =>
      tickets.map((ticket) => (ticket._id === `t${turn}` ? { ...ticket, status: 'changed' } : ticket)),
    ),
  },
];

/** Finds by a filter, and by a function over the list. */
function finding(question) {
  return {
    async collection(subject, turn) {
      const { query, count } = question(turn, subject);
      const found = await subject.stores.collections.find(subject.name, { ...everything, ...query });
      expectSome(found, count);
    },
    async array(subject, turn) {
      const { matches, count } = question(turn, subject);
      const tickets = await subject.stores.documents.get('desk', 'tickets');
      expectSome(tickets.filter(matches), count);
    },
  };
}

function sorting(member) {
  const order = [{ path: [member], descending: member === 'created' }];
  const sign = member === 'created' ? -1 : 1;
  return {
    async collection({ stores, name }) {
      expectSome(await stores.collections.find(name, { ...everything, order, limit: 20 }), 20);
    },
    async array({ stores }) {
      const tickets = await stores.documents.get('desk', 'tickets');
      const sorted = tickets.toSorted((left, right) => (left[member] < right[member] ? -sign : sign));
      expectSome(sorted.slice(0, 20), 20);
    },
  };
}

/** Reads the list, and writes all of it. */
function rewriting(change) {
  return async ({ stores }, turn) => {
    const tickets = await stores.documents.get('desk', 'tickets');
    await stores.documents.set('desk', 'tickets', JSON.stringify(change(tickets, turn)));
  };
}

function expectSome(found, count) {
  if (count === undefined ? found.length === 0 : found.length !== count) {
    throw new Error(`found ${found.length} documents instead of ${count ?? 'some'}`);
  }
}
