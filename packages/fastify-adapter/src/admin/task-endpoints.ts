import { ofPlugin, type AdminCall, type AdminEndpoint } from './admin-endpoint.ts';
import { adminSchemas } from './admin-schemas.ts';
import { taskSchemas } from './task-schemas.ts';

const ofTask = `${ofPlugin}/tasks/:id`;

/** The endpoints for the tasks of plugins. */
export const taskEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'GET',
    path: '/tasks',
    permission: 'plugins.read',
    summary: 'List the tasks of all plugins',
    answer: taskSchemas.tasks,
    run: ({ host }) => ({ success: true, data: host.tasks.list() }),
  },
  {
    method: 'GET',
    path: `${ofPlugin}/tasks`,
    permission: 'plugins.read',
    summary: 'List the tasks of a plugin: when they come next, and how they went',
    answer: taskSchemas.tasks,
    run: ({ host, params: { name = '' } }) => ({ success: true, data: host.tasks.list(name) }),
  },
  {
    method: 'GET',
    path: `${ofTask}/runs`,
    permission: 'plugins.read',
    summary: 'List the runs of a task, the latest first',
    answer: taskSchemas.runs,
    run: (call) => ({ success: true, data: call.host.tasks.runs(...taskOf(call)) }),
  },
  {
    method: 'POST',
    path: `${ofTask}/run`,
    permission: 'plugins.write',
    summary: 'Run a task now; answers when it has begun',
    body: adminSchemas.reasonBody,
    answer: taskSchemas.run,
    run: async (call) => {
      const data = await call.host.tasks.run(...taskOf(call), call.by);
      return { success: true, message: `Task "${taskOf(call)[1]}" has begun.`, data };
    },
  },
  {
    method: 'POST',
    path: `${ofTask}/pause`,
    permission: 'plugins.write',
    summary: 'Let the schedule of a task pass by until it is resumed',
    body: adminSchemas.reasonBody,
    answer: taskSchemas.task,
    run: async (call) => {
      const data = await call.host.tasks.pause(...taskOf(call), call.by);
      return { success: true, message: `Task "${data.id}" is paused.`, data };
    },
  },
  {
    method: 'POST',
    path: `${ofTask}/resume`,
    permission: 'plugins.write',
    summary: 'Let a task go on by its schedule',
    body: adminSchemas.reasonBody,
    answer: taskSchemas.task,
    run: async (call) => {
      const data = await call.host.tasks.resume(...taskOf(call), call.by);
      return { success: true, message: `Task "${data.id}" goes on.`, data };
    },
  },
];

function taskOf({ params: { name = '', id = '' } }: AdminCall): [plugin: string, id: string] {
  return [name, id];
}
