import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a program that measures something by itself: `input` is its only argument, as JSON, and the first message it
 * sends is the result.
 */
export async function runProgram(program, input, { execArgv = [], limitMs = 120_000 } = {}) {
  const child = fork(program, [JSON.stringify(input)], { execArgv });
  try {
    return await nextMessage(child, limitMs);
  } finally {
    await stop(child);
  }
}

/** Starts a program that calls `answerQuestions`; resolves when it is ready. */
export async function startProgram(program, input, options) {
  const launched = launchProgram(program, input, options);
  try {
    return { ...launched, ready: await launched.ready };
  } catch (error) {
    await launched.stop();
    throw error;
  }
}

/** Starts a program that calls `answerQuestions`, without waiting until it is ready. */
export function launchProgram(program, input, { execArgv = [], limitMs = 60_000, env = process.env } = {}) {
  const child = fork(program, [JSON.stringify(input)], { execArgv, env });
  const ready = nextMessage(child, limitMs).then((message) => message.ready);
  // who stops the program earlier does not ask
  ready.catch(() => undefined);
  return {
    /** What the program said when it was ready. */
    ready,
    pid: child.pid,
    /** Asks one question; one at a time. Throws what the program threw. */
    async ask(question, data) {
      const answered = nextMessage(child, limitMs);
      child.send({ question, data });
      const { answer, error } = await answered;
      if (error !== undefined) throw new Error(`${question}: ${error}`);
      return answer;
    },
    /** Ends it as a power switch would. */
    stop: () => stop(child),
  };
}

/** In the program: says that it is ready, then answers its parent until that ends. */
export function answerQuestions(answers, ready = {}) {
  process.on('disconnect', () => process.exit());
  process.on('message', ({ question, data }) => {
    Promise.resolve(data)
      .then(answers[question])
      .then(
        (answer) => process.send({ answer }),
        (error) => process.send({ error: String(error?.stack ?? error) }),
      );
  });
  process.send({ ready });
}

/** In the program: what it was started with. */
export function programInput() {
  return JSON.parse(process.argv[2]);
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function nextMessage(child, limitMs) {
  return new Promise((resolve, reject) => {
    const onMessage = (message) => end(() => resolve(message));
    const onExit = (code, signal) => end(() => reject(new Error(`the program ended early (${signal ?? code})`)));
    const timer = setTimeout(() => end(() => reject(new Error(`no answer within ${limitMs} ms`))), limitMs);
    const end = (settle) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle();
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
