// the page of the OpenAPI document keeps it there too, so that one sign-in is enough for both
const key = 'catalyst-plugins:token';

/** The bearer token that was given in this tab. */
export function keptToken(): string | undefined {
  return sessionStorage.getItem(key) ?? undefined;
}

/** Keeps a token until the tab is closed. */
export function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
}

/** Forgets the token of this tab. */
export function forgetToken(): void {
  sessionStorage.removeItem(key);
}
