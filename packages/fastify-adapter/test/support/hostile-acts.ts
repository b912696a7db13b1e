/**
 * Bodies of functions `(request, reply)` that a package of a plugin may run by mistake or worse, each in a handler. `real`
 * is the `require` of the package, so what they touch is what everybody in the process uses.
 */
export const hostileActs: Readonly<Record<string, string>> = {
  'throws in the handler': "throw new Error('mine');",
  'rejects in the handler': "return Promise.reject(new Error('mine'));",
  'never answers': 'return new Promise(() => {});',
  'throws in a timer': "setTimeout(() => { throw new Error('mine'); }); return 'done';",
  'leaves a rejection unhandled': "void Promise.reject(new Error('mine')); return 'done';",
  'throws null in nextTick': "process.nextTick(() => { throw null; }); return 'done';",
  'calls process.exit': 'process.exit(1);',
  'calls exit of the module process': "real('node:process').exit(1);",
  'calls process.reallyExit': 'process.reallyExit(1);',
  'calls process.abort': 'process.abort();',
  'sends itself SIGTERM': "process.kill(process.pid, 'SIGTERM');",
  'sends itself SIGKILL': "process.kill(process.pid, 'SIGKILL');",
  'sends itself a signal by process._kill': 'process._kill(process.pid, 9);',
  'emits SIGTERM on process': "process.emit('SIGTERM'); return 'done';",
  'removes all listeners of uncaught errors, then throws':
    "process.removeAllListeners('uncaughtException'); setTimeout(() => { throw new Error('mine'); }); return 'done';",
  'sets exitCode and throws at exit':
    "process.exitCode = 3; process.on('exit', () => { throw new Error('mine'); }); return 'done';",
  'changes the working directory': "process.chdir('/'); return 'done';",
  'destroys standard output and error': "process.stdout.destroy(); process.stderr.destroy(); return 'done';",
  'deletes global timers':
    "delete globalThis.setTimeout; delete globalThis.setImmediate; delete globalThis.queueMicrotask; return 'done';",
  'replaces JSON.stringify': "JSON.stringify = () => 'mine'; return 'done';",
  'replaces Array.prototype.push': "Array.prototype.push = () => { throw new Error('mine'); }; return 'done';",
  'adds members to Object.prototype':
    "Object.prototype.statusCode = 418; Object.prototype.then = undefined; Object.prototype.headers = { a: 1 }; return 'done';",
  'replaces Promise.prototype.then': "Promise.prototype.then = function () { return this; }; return 'done';",
  'replaces EventEmitter.prototype.emit': "real('node:events').prototype.emit = () => false; return 'done';",
  'replaces the end of responses': "real('node:http').ServerResponse.prototype.end = () => {}; return 'done';",
  'closes servers that it finds among the active handles':
    "for (const handle of process._getActiveHandles()) if (handle.listening) handle.close(); return 'done';",
  'destroys all sockets that it finds':
    "for (const handle of process._getActiveHandles()) handle.destroy?.(); return 'done';",
  'empties require.cache of Fastify':
    "for (const key of Object.keys(real.cache)) if (key.includes('fastify')) delete real.cache[key]; return 'done';",
  'replaces fs.readFileSync': "real('node:fs').readFileSync = () => { throw new Error('mine'); }; return 'done';",
  'destroys its own response': 'reply.raw.destroy();',
  'answers twice': "reply.send('a'); reply.send('b'); return 'c';",
  'puts a line break into a header': "reply.header('x-a', 'a\\r\\nset-cookie: mine=1'); return 'done';",
  'answers with a circle': 'const circle = {}; circle.self = circle; return circle;',
  'answers with a bigint': 'return { a: 10n };',
  'throws while its answer is serialised': "return { get a() { throw new Error('mine'); } };",
  'writes after the end': "reply.raw.end('x'); reply.raw.write('y'); return 'z';",
  'answers with an impossible status': "reply.code(99999).send('x');",
  'answers with a stream that fails': "return real('node:fs').createReadStream('/nope/nope');",
  'closes the server through its request': "void request.server.close(); return 'done';",
  'adds a hook to the server':
    "request.server.addHook('onRequest', async () => { throw new Error('mine'); }); return 'done';",
  'replaces the error handler of the server':
    "request.server.setErrorHandler(() => { throw new Error('mine'); }); return 'done';",
};
