// importing the rules brings them into the page; there is nothing to be had from them
declare const nothing: undefined;
export type { nothing };
