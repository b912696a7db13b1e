import { createElement as h, useEffect, useState } from 'react';
import { definePluginUI, useOwnPlugin } from '@catalyst-plugins/react';

/** Asks a route of this plugin, and again whenever `again` changes. */
function useAnswer(path, again) {
  const { fetch } = useOwnPlugin();
  const [answer, setAnswer] = useState({});
  useEffect(() => {
    const request = new AbortController();
    fetch(path, { signal: request.signal })
      .then((response) => response.json())
      .then(setAnswer, (error) => request.signal.aborted || setAnswer({ error: error.message }));
    return () => request.abort();
  }, [fetch, path, again]);
  return answer;
}

/** A tab on the page of this plugin in the admin panel. */
function TryIt() {
  const { message } = useOwnPlugin();
  const [times, setTimes] = useState(0);
  const hello = useAnswer('/hello', times);
  const stats = useAnswer('/stats', hello);
  return h(
    'section',
    { className: 'example-plugin' },
    h('p', { role: 'status' }, hello.message ?? hello.error ?? '…'),
    h('button', { type: 'button', onClick: () => setTimes(times + 1) }, message('again')),
    h('p', null, message('requests', { count: stats.data?.requests ?? 0 })),
  );
}

/** A card on dashboards. */
function Requests() {
  const { message } = useOwnPlugin();
  const { data } = useAnswer('/stats');
  return h('p', null, message('requests', { count: data?.requests ?? 0 }));
}

export default definePluginUI({
  tabs: [{ id: 'try-it', label: 'tab', component: TryIt }],
  widgets: [{ id: 'requests', label: 'widget', component: Requests }],
  messages: {
    en: { tab: 'Try it', widget: 'Example plugin', again: 'Say it again', requests: '{count} requests so far' },
    de: { tab: 'Ausprobieren', widget: 'Beispiel', again: 'Noch einmal', requests: '{count} Anfragen bisher' },
  },
});
