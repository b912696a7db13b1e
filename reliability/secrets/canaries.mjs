import { adminToken } from '../shared/admin-client.mjs';

let count = 0;
const plant = () => `canary-${String((count += 1)).padStart(2, '0')}-k7Qz`;

/** What must never be seen, by what it is. */
export function plantCanaries() {
  return {
    'default of a secret': plant(),
    'secret that was saved': plant(),
    'secret that replaced it': plant(),
    'secret that was tried only': plant(),
    'secret that was too long': plant().padEnd(60, 'x'),
    'secret of the wrong type': plant(),
    'secret saved at a stale revision': plant(),
    'secret with which the plugin does not start': plant(),
    'member of an object': plant(),
    'member of an object, replaced': plant(),
    'first of a list': plant(),
    'second of a list': plant(),
    'secret with signs that urls and JSON write otherwise': `${plant()} "ä"/&1`,
    'secret from the environment': plant(),
    'secret of another plugin': plant(),
    'secret that a plugin saved itself': plant(),
    'key that encrypts secrets': `${plant()}-is-the-key`,
    'password of the database': plant(),
    'token that is not right': plant(),
    'token of the administrator': adminToken,
  };
}

/** A text that is no secret, and is seen therefore wherever the search looks. */
export const noSecret = 'seen-everywhere-k7Qz';

/** The forms in which a text may be seen. */
export function formsOf(text) {
  const json = JSON.stringify(text).slice(1, -1);
  return [...new Set([text, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(text)])];
}
