/** Bodies of functions that go wrong where no caller can catch it; `shared` is a package that plugins share. */
export const faultKinds: Readonly<Record<string, string>> = {
  'throw in setTimeout': "setTimeout(() => { throw new Error('mine'); }, 5);",
  'throw in setInterval': "const t = setInterval(() => { clearInterval(t); throw new Error('mine'); }, 5);",
  'throw in setImmediate': "setImmediate(() => { throw new Error('mine'); });",
  'throw in nextTick': "process.nextTick(() => { throw new Error('mine'); });",
  'throw in queueMicrotask': "queueMicrotask(() => { throw new Error('mine'); });",
  'throw text': "setTimeout(() => { throw 'mine'; }, 5);",
  'throw null': 'setTimeout(() => { throw null; }, 5);',
  'throw a frozen object': "setTimeout(() => { throw Object.freeze({ why: 'mine' }); }, 5);",
  'throw an error with a forged stack':
    "setTimeout(() => { const e = new Error('mine'); e.stack = 'Error: mine\\n    at host (/host/core.js:1:1)'; throw e; }, 5);",
  'throw an error whose members throw':
    "setTimeout(() => { throw Object.defineProperties(new Error('x'), { stack: { get() { throw 1; } }, message: { get() { throw 2; } } }); }, 5);",
  'throw a revoked proxy':
    'setTimeout(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy; }, 5);',
  'throw something whose toJSON throws': "setTimeout(() => { throw { toJSON() { throw new Error('no'); } }; }, 5);",
  'reject in an async function': "void (async () => { await null; throw new Error('mine'); })();",
  'reject with undefined': 'setTimeout(() => void Promise.reject(undefined), 1);',
  'reject after timers/promises': "void sleep(5).then(() => { throw new Error('mine'); });",
  'throw in a timer of a shared package': 'shared.throwLater(5);',
  'throw in a callback of a shared package': "shared.later(5, () => { throw new Error('mine'); });",
  "emit 'error' that nobody hears":
    "const e = new EventEmitter(); setTimeout(() => e.emit('error', new Error('mine')), 5);",
  'throw in a listener on a shared emitter': "shared.bus.once('tick', () => { throw new Error('mine'); });",
  'throw null in a listener on the bus of the host': "ctx.on('host tick', () => { throw null; });",
  'throw in a callback in a shared queue': "shared.enqueue(() => { throw new Error('mine'); });",
  'throw null in a task of the host': "ctx.scheduleTask('* * * * *', () => { throw null; });",
  'throw in a callback of fs': "fs.readFile('/etc/hosts', () => { throw new Error('mine'); });",
  'a file stream that fails': "fs.createReadStream('/nope/nope');",
  'a socket that fails': "net.connect(1, '127.0.0.1');",
  'a request that fails': "http.get('http://127.0.0.1:1/');",
  'a fetch that fails': "void fetch('http://127.0.0.1:1/');",
  'a worker that fails': 'new Worker(\'throw new Error("mine")\', { eval: true });',
  'a process that cannot be started': "spawn('/nope/nope');",
  'throw in a native function': "setTimeout(JSON.parse, 5, '{bad');",
  'throw in code made of text': 'setTimeout(new Function(\'throw new Error("mine")\'), 5);',
  'throw in a listener of an EventTarget':
    "const t = new EventTarget(); t.addEventListener('a', () => { throw new Error('mine'); }); setTimeout(() => t.dispatchEvent(new Event('a')), 1);",
  'throw in a listener of AbortSignal.timeout':
    "const k = setTimeout(() => {}, 100); AbortSignal.timeout(5).addEventListener('abort', () => { clearTimeout(k); throw new Error('mine'); });",
  'throw in onmessage':
    "const { port1, port2 } = new MessageChannel(); port1.onmessage = () => { port1.close(); throw new Error('mine'); }; port2.postMessage(1);",
  'throw in a FinalizationRegistry':
    "const r = new FinalizationRegistry(() => { throw new Error('mine'); }); globalThis.kept = r; (() => { r.register({}, 1); })(); setTimeout(() => globalThis.gc(), 10);",
  'a stack overflow': 'setTimeout(function f() { f(); }, 1);',
  'reject after a promise of the host': "void shared.promise.then(() => { throw new Error('mine'); });",
  'throw in the async context of the host': "shared.bind(() => { throw new Error('mine'); });",
  'throw in a listener of ctx.signal':
    "ctx.signal.addEventListener('abort', () => { throw new Error('mine'); }); process.nextTick(() => { throw new Error('mine'); });",
  'a thenable that throws': "return { then() { throw new Error('mine'); } };",
};

/** Loses the async context of those who call it, as emitters and queues do. */
export const sharedPackage = `
const { EventEmitter } = require('node:events');
const { AsyncResource } = require('node:async_hooks');
const queue = [];
const host = new AsyncResource('HOST');
exports.bus = new EventEmitter();
exports.enqueue = (f) => queue.push(f);
exports.later = (ms, f) => setTimeout(() => f(), ms);
exports.throwLater = (ms) => setTimeout(() => { throw new Error('mine'); }, ms);
exports.promise = new Promise((resolve) => setTimeout(resolve, 5));
exports.bind = (f) => setTimeout(() => host.runInAsyncScope(f), 5);
exports.tick = () => { try { exports.bus.emit('tick'); } finally { for (const f of queue.splice(0)) f(); } };
`;
