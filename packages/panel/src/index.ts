export { panelFolder } from './panel-folder.ts';
