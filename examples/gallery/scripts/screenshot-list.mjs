/** The states that the documentation shows, and how large their pictures are, in CSS pixels. */
export const screenshots = [
  { state: 'list', width: 1200, height: 1110 },
  { state: 'overview', width: 1200, height: 720 },
  { state: 'config-review', width: 1200, height: 800 },
  { state: 'config-conflict', width: 1200, height: 800 },
  { state: 'runtime', width: 1200, height: 1170 },
  { state: 'logs', width: 1200, height: 900 },
  { state: 'health', width: 1200, height: 1100 },
  { state: 'activity', width: 1200, height: 620 },
  { state: 'graph', width: 1200, height: 720 },
  { state: 'dialog-disable', width: 1200, height: 640 },
  { state: 'dialog-consent', width: 1200, height: 640 },
  { state: 'list', width: 375, height: 812 },
  { state: 'overview', width: 375, height: 812 },
];

export const themes = ['light', 'dark'];

/** How many pixels of a picture a CSS pixel is. */
export const scale = 2;

/** The name of the file, in `docs/images/panel`. */
export function fileOf({ state, width }, theme) {
  return `${state}${width < 500 ? '-narrow' : ''}-${theme}.png`;
}
