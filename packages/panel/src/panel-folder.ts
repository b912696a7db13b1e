import { fileURLToPath } from 'node:url';

/** Where the built panel is: `index.html`, and the files that it names in `assets`. */
export const panelFolder: string = fileURLToPath(new URL('../assets', import.meta.url));
