// `node --import` this file to run TypeScript sources on a Node that cannot strip types itself.
import { register } from 'node:module';

register('./typescript-loader.mjs', import.meta.url);
