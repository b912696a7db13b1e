import type { GalleryState } from '../gallery-state.ts';
import { configStates } from './config-states.ts';
import { detailStates } from './detail-states.ts';
import { dialogStates } from './dialog-states.ts';
import { frontendStates } from './frontend-states.ts';
import { hostStates } from './host-states.ts';
import { listStates } from './list-states.ts';
import { overviewStates } from './overview-states.ts';
import { partStates } from './part-states.tsx';
import { unknownStates } from './unknown-states.ts';

/** Every state of the gallery. */
export const galleryStates: readonly GalleryState[] = [
  ...listStates,
  ...overviewStates,
  ...configStates,
  ...detailStates,
  ...frontendStates,
  ...hostStates,
  ...unknownStates,
  ...dialogStates,
  ...partStates,
];
