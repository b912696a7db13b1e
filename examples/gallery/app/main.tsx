import { StrictMode, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import '@catalyst-plugins/react/styles.css';
import '@fontsource-variable/inter/wght.css';
import './page.css';
import { clientOf } from './client-of.ts';
import { Contents } from './contents.tsx';
import { figuresOfAMinute } from './data/figures.ts';
import { galleryTime } from './data/times.ts';
import { freezeClock } from './freeze-clock.ts';
import type { GalleryState } from './gallery-state.ts';
import { handsFor } from './hands.ts';
import { addHostStyles } from './host-styles.ts';
import { StatePage } from './state-page.tsx';
import { galleryStates } from './states/gallery-states.ts';
import { readViewOptions } from './view-options.ts';

const page = document.documentElement;

function show(content: ReactElement): void {
  const place = document.querySelector('#gallery');
  if (!place) throw new Error('The page has no place for the gallery.');
  createRoot(place).render(<StrictMode>{content}</StrictMode>);
}

/** Shows a state, does what somebody does, and says when it is as it shall be. */
async function showState(state: GalleryState): Promise<void> {
  document.title = state.title;
  await addHostStyles(readViewOptions(new URLSearchParams(location.search)).css);
  const client = clientOf(state);
  show(<StatePage state={state} client={client} />);
  const hands = handsFor(client);
  await hands.see(state.shows);
  if (state.data?.metrics) for (const snapshot of figuresOfAMinute()) client.emitMetrics(snapshot);
  await state.act?.(hands);
  await document.fonts.ready;
  await new Promise((resolve) => setTimeout(resolve));
}

freezeClock(galleryTime);
const id = location.pathname.split('/').at(-1);
const state = galleryStates.find((one) => one.id === id);
if (state) {
  showState(state).then(
    () => (page.dataset['gallery'] = 'ready'),
    (error: unknown) => {
      page.dataset['gallery'] = 'failed';
      reportError(error);
    },
  );
} else show(<Contents states={galleryStates} />);
