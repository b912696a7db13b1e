import { Window } from 'happy-dom';

// Only what Node lacks: the plugin host under test lives in this process too, and Node's fetch, AbortController, URL
// and timers have to stay themselves.
const window = new Window({ url: 'http://localhost/' });
for (const name of Object.getOwnPropertyNames(window)) {
  if (name in globalThis) continue;
  const value: unknown = Reflect.get(window, name);
  const isMethod = typeof value === 'function' && /^[a-z]/.test(name);
  Object.defineProperty(globalThis, name, {
    value: isMethod ? value.bind(window) : value,
    configurable: true,
    writable: true,
  });
}
