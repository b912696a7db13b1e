export interface PanelServer {
  readonly name: string;
  readonly game: string;
  readonly status: string;
  readonly maxPlayers: number;
  readonly owner: { readonly name: string };
}

export interface BoardRow {
  readonly name: string;
  readonly game: string;
  readonly online: boolean;
  readonly slots: number;
  readonly owner: string;
}

/** What the board shows of a server. */
export function toRow({ name, game, status, maxPlayers, owner }: PanelServer): BoardRow {
  return { name, game, online: status === 'online', slots: maxPlayers, owner: owner.name };
}
