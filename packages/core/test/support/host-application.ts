/** An application that does something wrong by itself, with or without a plugin host in its process. */
import { createTestHost } from '../../src/testing/index.ts';
import { answering } from './plugins.ts';

const [company, act, listeners = ''] = process.argv.slice(2);

const acts: Record<string, () => unknown> = {
  'throw an error': () => {
    throw new TypeError('the application is wrong');
  },
  'throw null': () => {
    throw null;
  },
  'throw text': () => {
    throw 'text';
  },
  'throw a frozen object': () => {
    throw Object.freeze({ why: 'frozen' });
  },
  'throw an error whose stack throws': () => {
    throw Object.defineProperty(new Error('x'), 'stack', {
      get() {
        throw new Error('no stack for you');
      },
    });
  },
  'throw an error that speaks of the plugins folder': () => {
    throw new Error(`cannot read ${place}/good/index.js\n    at read (${place}/good/index.js:1:1)`);
  },
  'reject with an error': () => Promise.reject(new TypeError('the application is wrong')),
  'reject with nothing': () => Promise.reject(undefined),
  'reject with an object': () => Promise.reject({ why: 'object' }),
};

let place = '/nowhere';
if (company === 'with plugins') {
  const test = await createTestHost({ plugins: { good: answering('good', 'fine') } });
  place = test.folder.directory;
  process.on('exit', () => void test.host.summary('good'));
}

const print = (...words: unknown[]): void => void process.stdout.write(`${words.join(' ')}\n`);
const say = (what: string) => (error: unknown) => print(what, typeof error);
if (listeners.includes('exception')) process.on('uncaughtException', say('the application heard an exception:'));
if (listeners.includes('rejection')) process.on('unhandledRejection', say('the application heard a rejection:'));
if (listeners.includes('monitor')) process.on('uncaughtExceptionMonitor', say('the monitor saw:'));
if (listeners.includes('capture')) process.setUncaughtExceptionCaptureCallback(say('the application captured:'));
if (listeners.includes('faulty'))
  process.on('uncaughtException', () => {
    throw new Error('the listener is wrong too');
  });
process.on('exit', (code) => print('exit', code));
setTimeout(() => acts[act ?? '']?.(), 10);
