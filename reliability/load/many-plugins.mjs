import { whole } from '../../bench/shared/table.mjs';
import { askOften } from './ask-often.mjs';
import { bodies, writePlugin } from './plugins.mjs';
import { withHost } from './with-host.mjs';

/** Many plugins that are reloaded at the same time, all of them under load. */
export function manyPlugins({ plugins, reloadsEach }) {
  const names = Array.from({ length: plugins }, (_, index) => `plugin-${index + 1}`);
  const write = (pluginsDir) => Promise.all(names.map((name) => writePlugin(pluginsDir, name, bodies.version)));
  return withHost({ write }, async (host, written) => {
    const urls = names.map((name) => `/api/plugins/${name}/version`);
    const load = await askOften(host.ready.port, urls, { connections: 16 });
    const startedAt = performance.now();
    let refused = 0;
    for (let version = 1; version <= reloadsEach; version += 1) {
      await Promise.all(written.map(({ save }) => save(version)));
      const done = await host.ask('reloadAll', names);
      refused += done.filter((succeeded) => !succeeded).length;
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const { requests, wrong, problems } = await load.stop();
    const { generations } = await host.ask('settle');
    return {
      what: `${plugins} plugins reloaded ${reloadsEach} times each, all at once`,
      figure: `${wrong} of ${whole(requests)} requests failed, ${refused} reloads refused, ${seconds.toFixed(1)} s`,
      bound: '0, 0, 60 s',
      held: wrong === 0 && refused === 0 && seconds < 60 && generations === plugins,
      problems: [...problems, `${generations} generations at the end`],
    };
  });
}
