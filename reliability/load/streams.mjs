import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { bodies, pieceBytes, writePlugin } from './plugins.mjs';
import { withHost } from './with-host.mjs';

/** A download and an upload, a part of each between one reload and the next. */
export function streamsAcrossReloads({ megabytes, reloads }) {
  const write = (pluginsDir) => writePlugin(pluginsDir, 'streams', bodies.streams);
  return withHost({ write }, async (host, { save }) => {
    const { port } = host.ready;
    const down = await beginDownload(port, Math.ceil((megabytes * 1_000_000) / pieceBytes));
    const up = beginUpload(port, megabytes * 1_000_000);
    for (let version = 1; version <= reloads; version += 1) {
      await Promise.all([down.readUntil(version / (reloads + 1)), up.sendUntil(version / (reloads + 1))]);
      await save(version);
      if (!(await host.ask('reload', 'streams'))) throw new Error(`version ${version} was refused`);
    }
    const [downloaded, uploaded] = await Promise.all([down.end(), up.end()]);
    const { generations } = await host.ask('settle');
    return {
      what: `${megabytes} MB down and ${megabytes} MB up, across ${reloads} reloads`,
      figure: `${downloaded.isWhole ? 'whole' : 'torn'}, ${uploaded.isWhole ? 'whole' : 'torn'}`,
      bound: 'equal SHA-256 both ways',
      held: downloaded.isWhole && uploaded.isWhole && generations === 1,
      problems: [JSON.stringify({ downloaded, uploaded, generations })],
    };
  });
}

async function beginDownload(port, count) {
  const wanted = createHash('sha256');
  for (let piece = 0; piece < count; piece += 1) wanted.update(Buffer.alloc(pieceBytes, piece));
  const response = await fetch(`http://127.0.0.1:${port}/api/plugins/streams/download/${count}`);
  const reader = response.body.getReader();
  const hash = createHash('sha256');
  let bytes = 0;
  /** Whether there was more. */
  const readOnce = async () => {
    const { done, value } = await reader.read();
    if (done) return false;
    hash.update(value);
    bytes += value.length;
    return true;
  };
  return {
    async readUntil(share) {
      const left = () => share * count * pieceBytes - bytes;
      while (left() > 0) await readOnce();
    },
    async end() {
      while (await readOnce());
      return { status: response.status, bytes, isWhole: hash.digest('hex') === wanted.digest('hex') };
    },
  };
}

function beginUpload(port, bytes) {
  const text = randomBytes(bytes / 2).toString('hex');
  const body = Buffer.from(JSON.stringify({ text }));
  const request = http.request(`http://127.0.0.1:${port}/api/plugins/streams/upload`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  });
  const answered = once(request, 'response');
  let sent = 0;
  const sendUntil = async (share) => {
    const until = Math.floor(body.length * share);
    if (!request.write(body.subarray(sent, until))) await once(request, 'drain');
    sent = until;
  };
  return {
    sendUntil,
    async end() {
      await sendUntil(1);
      request.end();
      const [response] = await answered;
      const { version, hash } = JSON.parse(Buffer.concat(await response.toArray()).toString());
      return {
        status: response.statusCode,
        version,
        isWhole: hash === createHash('sha256').update(text).digest('hex'),
      };
    },
  };
}
