'use client';

import { Component, type ReactNode } from 'react';

interface ErrorCatcherProps {
  /** Shown instead of the children after one of them has thrown. */
  readonly instead: (error: unknown, reset: () => void) => ReactNode;
  readonly children?: ReactNode;
}

interface ErrorCatcherState {
  readonly caught: { readonly error: unknown } | undefined;
}

/** Keeps what is thrown below it from everything above it. */
export class ErrorCatcher extends Component<ErrorCatcherProps, ErrorCatcherState> {
  override readonly state: ErrorCatcherState = { caught: undefined };

  static getDerivedStateFromError(error: unknown): ErrorCatcherState {
    return { caught: { error } };
  }

  readonly #reset = (): void => this.setState({ caught: undefined });

  override render(): ReactNode {
    const { caught } = this.state;
    return caught ? this.props.instead(caught.error, this.#reset) : this.props.children;
  }
}
