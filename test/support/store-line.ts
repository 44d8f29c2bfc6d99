import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

/** Something that listens on loopback; its connections end with it. */
export type Listener = AsyncDisposable & { readonly port: number };

async function listening(server: Server): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pipeBothWays(from: Socket, to: Socket): void {
  from.pipe(to).pipe(from);
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

export type Authority = {
  readonly certificate: string;
  readonly serverKey: string;
  readonly serverCertificate: string;
};

/** A private certificate authority and a certificate of it for 127.0.0.1, made by openssl in `folder`. */
export function makeAuthority(folder: string, name: string): Authority {
  const at = (file: string): string => join(folder, `${name}-${file}`);
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...fresh, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', `/CN=${name} authority`);
  openssl('req', ...fresh.slice(0, 4), '-nodes', '-keyout', at('key'), '-out', at('csr'), '-subj', '/CN=127.0.0.1');
  writeFileSync(at('ext'), 'subjectAltName=IP:127.0.0.1\n');
  const by = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('ext')];
  openssl('x509', '-req', '-in', at('csr'), ...by, '-days', '2', '-out', at('pem'));
  const read = (file: string): string => readFileSync(at(file), 'utf8');
  return { certificate: read('ca.pem'), serverKey: read('key'), serverCertificate: read('pem') };
}

/** TLS in front of something on loopback that speaks without. */
export function tlsBefore(port: number, { serverKey, serverCertificate }: Authority): Promise<Listener> {
  return listening(
    createTlsServer({ key: serverKey, cert: serverCertificate }, (socket) =>
      pipeBothWays(socket, connect(port, '127.0.0.1')),
    ),
  );
}

/** A proxy as departments have one: absolute addresses for http, CONNECT for https. `password`: refuses who does not name it. */
export async function httpProxy(password: string | null = null): Promise<Listener & { readonly seen: string[] }> {
  const seen: string[] = [];
  const wanted = password === null ? null : `Basic ${Buffer.from(`plainview:${password}`).toString('base64')}`;
  const server = createHttpServer((incoming, answer) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (wanted !== null && incoming.headers['proxy-authorization'] !== wanted) {
      answer.writeHead(407, { 'Proxy-Authenticate': 'Basic' }).end();
      return;
    }
    const target = new URL(incoming.url ?? '');
    const own = /^proxy-/;
    const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !own.test(name)));
    const onward = httpRequest(target, { method: incoming.method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket: Socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    if (wanted !== null && incoming.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (incoming.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      pipeBothWays(socket, onward);
    });
    onward.on('error', () => socket.destroy());
  });
  return Object.assign(await listening(server), { seen });
}

/** Passes on what comes until so many bytes went either way, then moves nothing any more and keeps the line open. */
export function stallingAfter(bytes: number, port: number): Promise<Listener> {
  let left = bytes;
  return listening(
    createServer((socket) => {
      const onward = connect(port, '127.0.0.1');
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      const pass = (from: Socket, to: Socket): void => {
        from.on('data', (chunk: Buffer) => {
          left -= chunk.length;
          if (left >= 0) to.write(chunk);
          else from.pause();
        });
      };
      pass(socket, onward);
      pass(onward, socket);
    }),
  );
}
