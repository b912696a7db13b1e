import { usePlugins } from '@catalyst-plugins/react';
import { useId, useState, type FormEvent, type ReactElement, type ReactNode } from 'react';
import { signInTexts } from './sign-in-texts.ts';

export interface SignInGateProps {
  readonly hasToken: boolean;
  readonly language: string;
  /** Called with the token to use, or with nothing to forget it. */
  readonly onToken: (token: string | undefined) => void;
  readonly children: ReactNode;
}

/** Shows what is inside to those whom the server lets in, and asks others for a token. */
export function SignInGate({ hasToken, language, onToken, children }: SignInGateProps): ReactElement {
  const texts = signInTexts(language);
  const { error } = usePlugins();
  const isRefused = error?.status === 401 || error?.status === 403;
  if (isRefused) return <SignIn language={language} wasRefused={hasToken} onToken={onToken} />;
  return (
    <>
      {children}
      {hasToken && (
        <footer className="pk-root panel-footer">
          <button type="button" className="pk-button" data-kind="quiet" onClick={() => onToken(undefined)}>
            {texts.signOut}
          </button>
        </footer>
      )}
    </>
  );
}

interface SignInProps {
  readonly language: string;
  readonly wasRefused: boolean;
  readonly onToken: (token: string) => void;
}

function SignIn({ language, wasRefused, onToken }: SignInProps): ReactElement {
  const texts = signInTexts(language);
  const [token, setToken] = useState('');
  const field = useId();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <div className="pk-root panel-sign-in" lang={texts.language}>
      <h1 className="pk-title">{texts.title}</h1>
      <p className="pk-text">{texts.text}</p>
      {wasRefused && (
        <p className="pk-notice" data-tone="error" role="alert">
          {texts.refused}
        </p>
      )}
      <form className="panel-form" onSubmit={send}>
        <label className="pk-text" htmlFor={field}>
          {texts.token}
        </label>
        <input
          id={field}
          className="pk-input"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          value={token}
          onChange={({ target }) => setToken(target.value)}
        />
        <button className="pk-button" data-kind="primary">
          {texts.signIn}
        </button>
      </form>
    </div>
  );
}
