import { cleanup, fireEvent, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, it } from 'vitest';
import { LatePart } from './late-part.tsx';
import { LateParts, LatePartsContext, type LoadPart } from './late-parts.ts';

afterEach(() => cleanup());

function Greeting({ name }: { readonly name: string }): ReactElement {
  return <h1>Hello {name}</h1>;
}

function page(load: LoadPart<{ readonly name: string }>, parts = new LateParts()): ReactElement {
  return (
    <LatePartsContext.Provider value={parts}>
      <LatePart load={load} given={{ name: 'Ana' }} />
    </LatePartsContext.Provider>
  );
}

it('a part that did not come is there when it is asked for again', async () => {
  const failures = ['away', 'still away'];
  const load = async (): Promise<typeof Greeting> => {
    const failure = failures.shift();
    if (failure !== undefined) throw new Error(failure);
    return Greeting;
  };
  const { findByRole, getByRole, findByText } = render(page(load));
  await findByText('away');
  fireEvent.click(getByRole('button', { name: 'Try again' }));
  await findByText('still away');
  fireEvent.click(getByRole('button', { name: 'Try again' }));
  await findByRole('heading', { name: 'Hello Ana' });
});

it('a part that has come is there at once, in every place', async () => {
  const parts = new LateParts();
  const load = async (): Promise<typeof Greeting> => Greeting;
  await parts.load(load);
  const { getByRole } = render(page(load, parts));
  getByRole('heading', { name: 'Hello Ana' });
});
