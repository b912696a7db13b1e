// One generation: loads the plugin, answers, and stays.
import { parentPort, workerData } from 'node:worker_threads';

const { generation } = await import(workerData);
parentPort.on('message', () => {});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
parentPort.postMessage(generation.sum());
