import { createMockClient, type MockClient } from '@catalyst-plugins/react/testing';
import type { GalleryState } from './gallery-state.ts';

/** The server of a state: it has what the state says, and answers as the state says. */
export function clientOf({ data = {}, refusals = [], held = [] }: GalleryState): MockClient {
  const frontends = data.frontends && {
    ...data.frontends,
    // beside the page, wherever that is
    frontends: data.frontends.frontends.map((one) => ({ ...one, entry: new URL(one.entry, document.baseURI).href })),
  };
  const client = createMockClient({ ...data, frontends });
  for (const method of held) client.hold(method);
  for (const { method, error, once } of refusals) {
    if (once === true) client.failNext(method, error);
    else client.fail(method, error);
  }
  return client;
}
