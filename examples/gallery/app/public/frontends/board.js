// The frontend of a plugin, with a tab for its own page.
const { createElement } = globalThis[Symbol.for('catalyst-plugins.shared/v1')].react;

function Board() {
  const columns = ['New · 4', 'Open · 11', 'Waiting · 3'];
  return createElement(
    'ul',
    { className: 'pk-names' },
    columns.map((column) => createElement('li', { key: column, className: 'pk-text' }, column)),
  );
}

export const tabs = [{ id: 'board', label: 'Board', component: Board }];
