// What a plugin says is its frontend, and is none.
export const board = [];
