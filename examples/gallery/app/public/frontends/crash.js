// The frontend of a plugin that fails when it is shown.
function Board() {
  throw new Error('The board has no columns.');
}

export const tabs = [{ id: 'board', label: 'Board', component: Board }];
