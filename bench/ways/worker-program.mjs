// One generation: loads the plugin, answers, and stays.
import { parentPort, workerData } from 'node:worker_threads';

const { generation } = await import(workerData);
parentPort.on('message', () => {});
parentPort.postMessage(generation.sum());
