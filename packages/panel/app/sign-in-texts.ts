/** What the sign-in says, in one language. */
export interface SignInTexts {
  readonly language: string;
  readonly title: string;
  readonly text: string;
  readonly refused: string;
  readonly token: string;
  readonly signIn: string;
  readonly signOut: string;
}

const english: SignInTexts = {
  language: 'en',
  title: 'Plugins',
  text: 'The server wants to know who you are. Sign in to the application first, or give a bearer token.',
  refused: 'The server does not let this token in.',
  token: 'Bearer token',
  signIn: 'Sign in',
  signOut: 'Forget the token',
};

const german: SignInTexts = {
  language: 'de',
  title: 'Plugins',
  text: 'Der Server möchte wissen, wer da ist. Zuerst in der Anwendung anmelden, oder ein Token angeben.',
  refused: 'Der Server lässt dieses Token nicht ein.',
  token: 'Bearer-Token',
  signIn: 'Anmelden',
  signOut: 'Token vergessen',
};

/** The sign-in in a language of the panel. */
export function signInTexts(language: string): SignInTexts {
  return language === german.language ? german : english;
}
