import dgram from 'node:dgram';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import type { OpeningTrace } from '../../../scope/opening-trace.ts';
import type { AnyCallable, ResourceTracker } from './resource-tracker.ts';

/** Members of a built-in module that are another in a generation. */
export type Overrides = Readonly<Record<string, unknown>>;

export function trackNet(tracker: ResourceTracker): Overrides {
  const connect = tracker.function(net.connect, socketOf(tracker));
  return {
    createServer: tracker.function(net.createServer, serverOf(tracker, 'tcp server')),
    Server: tracker.class(net.Server, serverOf(tracker, 'tcp server')),
    connect,
    createConnection: connect,
    Socket: tracker.class(net.Socket, socketOf(tracker)),
  };
}

export function trackTls(tracker: ResourceTracker): Overrides {
  return {
    createServer: tracker.function(tls.createServer, serverOf(tracker, 'tls server')),
    Server: tracker.class(tls.Server, serverOf(tracker, 'tls server')),
    connect: tracker.function(tls.connect, socketOf(tracker)),
  };
}

export function trackHttp(tracker: ResourceTracker): Overrides {
  return {
    createServer: tracker.function(http.createServer, serverOf(tracker, 'http server')),
    Server: tracker.class(http.Server, serverOf(tracker, 'http server')),
    Agent: tracker.class(http.Agent, agentOf(tracker)),
  };
}

export function trackHttps(tracker: ResourceTracker): Overrides {
  return {
    createServer: tracker.function(https.createServer, serverOf(tracker, 'https server')),
    Server: tracker.class(https.Server, serverOf(tracker, 'https server')),
    Agent: tracker.class(https.Agent, agentOf(tracker)),
  };
}

export function trackHttp2(tracker: ResourceTracker): Overrides {
  return {
    createServer: tracker.function(http2.createServer, serverOf(tracker, 'http2 server')),
    createSecureServer: tracker.function(http2.createSecureServer, serverOf(tracker, 'http2 server')),
    connect: tracker.function(http2.connect, (session, trace) =>
      tracker.follow({
        kind: 'http2 session',
        subject: session,
        ends: ['close'],
        close: () => session.destroy(),
        isOpen: () => !session.destroyed,
        trace,
      }),
    ),
  };
}

export function trackDgram(tracker: ResourceTracker): Overrides {
  const opened = (subject: dgram.Socket, trace: OpeningTrace): void =>
    tracker.follow({
      kind: 'udp socket',
      subject,
      begins: 'listening',
      ends: ['close'],
      close: () => subject.close(),
      trace,
    });
  return {
    createSocket: tracker.function(dgram.createSocket, opened),
    Socket: tracker.class(dgram.Socket, opened),
  };
}

/** A server is open from `listening`; closing it ends its connections too. */
function serverOf(tracker: ResourceTracker, kind: string) {
  return (server: net.Server | http2.Http2Server, trace: OpeningTrace): void => {
    const connections = new Set<net.Socket>();
    server.on('connection', (socket: net.Socket) => {
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
    });
    const close = (): void => {
      server.close();
      for (const socket of connections) socket.destroy();
    };
    tracker.follow({
      kind,
      subject: server,
      begins: 'listening',
      ends: ['close'],
      close,
      isOpen: () => server.listening,
      trace,
    });
  };
}

function socketOf(tracker: ResourceTracker) {
  return (socket: net.Socket, trace: OpeningTrace): void =>
    tracker.follow({
      kind: 'socket',
      subject: socket,
      begins: 'connect',
      ends: ['close'],
      close: () => socket.destroy(),
      isOpen: () => !socket.destroyed,
      trace,
    });
}

/** An agent holds nothing but its sockets, which it makes by a method that is there to be replaced. */
function agentOf(tracker: ResourceTracker) {
  return (agent: http.Agent, trace: OpeningTrace): void => {
    const opened = socketOf(tracker);
    const connect: AnyCallable = Reflect.get(agent, 'createConnection');
    const tracked: AnyCallable = (...args: unknown[]) => {
      const socket: unknown = Reflect.apply(connect, agent, args);
      if (socket instanceof net.Socket) opened(socket, trace);
      return socket;
    };
    Reflect.set(agent, 'createConnection', tracked);
  };
}
