import { DocumentSource } from './document-source.js';
import { anchor, element } from './elements.js';
import { operationElement, operationsOf } from './operations.js';
import { schemaAnchor, schemaElement } from './schemas.js';

/** How often the server is asked whether the document is another, in milliseconds. */
const pollMs = 3_000;

const source = new DocumentSource();
const byId = (id) => document.getElementById(id);
const [title, status, signIn, token, forget, search, contents, content] = [
  'title',
  'status',
  'sign-in',
  'token',
  'forget',
  'search',
  'contents',
  'content',
].map(byId);

/** What is shown: every operation with its text and its element, by group. */
let shown = [];

function show(api, address) {
  const open = new Set([...content.querySelectorAll('details[open]')].map(({ id }) => id));
  const operations = operationsOf(api);
  const groups = new Map();
  for (const one of operations) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  const descriptions = new Map((api.tags ?? []).map(({ name, description }) => [name, description]));
  shown = [...groups].map(([name, members]) => groupOf(name, members, descriptions.get(name), api.components));
  const schemas = schemaSection(api.components.schemas);
  contents.replaceChildren(
    element('ul', ...shown.map(({ link }) => link), element('li', element('a', { href: '#schemas' }, 'Schemas'))),
  );
  content.replaceChildren(...shown.map(({ section }) => section), schemas);
  for (const id of open) byId(id)?.setAttribute('open', '');
  title.textContent = document.title = api.info.title;
  const download = element('a', { href: address }, address);
  status.replaceChildren(
    `${operations.length} operations, OpenAPI ${api.openapi}: `,
    source.hasToken ? element('code', address) : download,
  );
  filter();
  openTarget();
}

function groupOf(name, members, description, components) {
  const id = `group-${anchor(name)}`;
  const operations = members.map((member) => ({ text: member.text, details: operationElement(member, components) }));
  const section = element(
    'section',
    { 'aria-labelledby': id },
    element('h2', { id }, name),
    description ? element('p.quiet', description) : undefined,
    ...operations.map(({ details }) => details),
  );
  return { section, operations, link: element('li', element('a', { href: `#${id}` }, name)) };
}

function schemaSection(schemas) {
  const parts = Object.entries(schemas).map(([name, schema]) =>
    element(
      'details.schema',
      { id: schemaAnchor(name) },
      element('summary', element('code', name)),
      element('div', schemaElement(schema)),
    ),
  );
  return element('section', { 'aria-labelledby': 'schemas' }, element('h2', { id: 'schemas' }, 'Schemas'), ...parts);
}

/** Shows what has every word of the search. */
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { section, link, operations } of shown) {
    let count = 0;
    for (const { text, details } of operations) {
      details.hidden = !words.every((word) => text.includes(word));
      if (!details.hidden) count += 1;
    }
    section.hidden = link.hidden = count === 0;
  }
}

/** A link to something folded opens it. */
function openTarget() {
  const target = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView();
}

let latest = 0;

async function refresh() {
  const turn = (latest += 1);
  const { document: api, address, refused, failed } = await source.read();
  // somebody else's token was given, or none, while the server was thinking
  if (turn !== latest) return;
  if (api) show(api, address);
  if (failed) status.textContent = failed;
  if (refused) {
    shown = [];
    contents.replaceChildren();
    content.replaceChildren();
    status.textContent = source.hasToken ? 'The server refuses this token.' : 'The server wants to know who you are.';
  }
  if (!failed) signIn.hidden = !refused;
  forget.hidden = !source.hasToken;
}

signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  source.setToken(token.value.trim());
  token.value = '';
  void refresh();
});
forget.addEventListener('click', () => {
  source.setToken(undefined);
  void refresh();
});
search.addEventListener('input', filter);
addEventListener('hashchange', openTarget);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh();
});
setInterval(() => {
  if (!document.hidden && signIn.hidden) void refresh();
}, pollMs);
await refresh();
