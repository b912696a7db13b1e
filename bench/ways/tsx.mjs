import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';

/** Every call has a namespace of its own, so everything is loaded anew. */
export async function open({ entry }) {
  const { href } = pathToFileURL(entry);
  return {
    load: async () => (await tsImport(href, import.meta.url)).generation.sum(),
    close() {},
  };
}
