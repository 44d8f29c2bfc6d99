import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { newId, silentLogger, systemClock } from '#core/kernel/index.ts';
import { createGateway } from '#gateway/index.ts';
import { findBrowser, startBrowserServer } from '#shells/browser/index.ts';
import { openTransportStation, type TransportStation } from '#test/support/transport-station.ts';

// From seek to frame on screen, through vault, gateway and loopback server, against the same file from a plain static
// server. Same page, same targets, a fresh browser context for every turn, the order reversed on every other round.

const rounds = 6;
const seeksPerTurn = 16;
const framesPerSecond = 30;
const seconds = 60;
const groupFrames = 2 * framesPerSecond;

const page =
  '<!doctype html><meta charset="utf-8"><title>Seek</title><video muted preload="auto" width="1280"></video><script src="/seek.js"></script>';
const script = `
const video = document.querySelector('video');
window.load = (src) => new Promise((resolve, reject) => {
  video.oncanplay = () => resolve();
  video.onerror = () => reject(new Error(video.error?.message ?? 'no video'));
  video.src = src;
});
window.seek = (time) => new Promise((resolve, reject) => {
  const start = performance.now();
  const timer = setTimeout(() => reject(new Error('no frame at ' + time)), 20000);
  const shown = (now, { mediaTime }) => {
    if (Math.abs(mediaTime - time) > ${1 / framesPerSecond}) return void video.requestVideoFrameCallback(shown);
    clearTimeout(timer);
    resolve(performance.now() - start);
  };
  video.requestVideoFrameCallback(shown);
  video.currentTime = time;
});
`;

/** Real people where there are some, at a body camera's size and rate; else a drawn scene with noise. */
function makeClip(target: string): void {
  const footage = join(process.env['PLAINVIEW_FOOTAGE'] ?? join('..', 'shared', 'footage'), 'people-walking.mp4');
  const real = existsSync(footage);
  const source = real
    ? ['-stream_loop', '-1', '-i', footage]
    : ['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=${framesPerSecond}`];
  const filter = `scale=1920:1080,fps=${framesPerSecond},noise=alls=6:allf=t,format=yuv420p`;
  const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '8M', '-maxrate', '10M', '-bufsize', '16M'];
  const groups = ['-g', String(groupFrames), '-keyint_min', String(groupFrames), '-sc_threshold', '0', '-bf', '0'];
  const args = [
    ...source,
    '-t',
    String(seconds),
    '-vf',
    filter,
    ...encoder,
    ...groups,
    '-an',
    '-movflags',
    '+faststart',
  ];
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args, target], { stdio: 'inherit' });
  if (!real) process.stdout.write('note: no footage found, measured on a drawn scene\n');
}

/** What any small static server does: ranges, length, and a stream of the file. */
function startPlainServer(files: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = Object.hasOwn(files, request.url ?? '') ? files[request.url ?? ''] : undefined;
    if (path === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { size, mtime } = statSync(path);
    const types: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', mp4: 'video/mp4' };
    const headers = {
      'Content-Type': types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      'Accept-Ranges': 'bytes',
      'Last-Modified': mtime.toUTCString(),
    };
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2] === undefined || range[2] === '' ? size - 1 : Number(range[2]);
    const length = { 'Content-Length': end - start + 1 };
    if (range === null) response.writeHead(200, { ...headers, ...length });
    else response.writeHead(206, { ...headers, ...length, 'Content-Range': `bytes ${start}-${end}/${size}` });
    const stream = createReadStream(path, { start, end });
    stream.on('error', () => response.destroy());
    response.on('close', () => stream.destroy());
    stream.pipe(response);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Repeatable chance, so that both sides seek to the same places. */
function targets(round: number): readonly number[] {
  let state = 0x9e3779b9 ^ (round * 7919 + 1);
  return Array.from({ length: seeksPerTurn }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const frame = Math.floor((state / 2 ** 32) * (seconds * framesPerSecond - 2));
    return (frame + 0.5) / framesPerSecond;
  });
}

type Side = { readonly name: string; readonly enter: () => string; readonly source: () => Promise<string> | string };

async function turn(
  browser: Browser,
  side: Side,
  places: readonly number[],
  signIn: boolean,
  evidenceId: string,
): Promise<readonly number[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const tab = await context.newPage();
    await tab.goto(side.enter());
    if (signIn) {
      await tab.evaluate(async (id) => {
        const socket = new WebSocket(`ws://${location.host}/rpc`);
        await new Promise((resolve) => (socket.onopen = resolve));
        const ask = (method: string, params: object) =>
          new Promise((resolve) => {
            socket.onmessage = resolve;
            socket.send(JSON.stringify({ id: 1, method, params }));
          });
        await ask('session.practise', { username: 'officer' });
        await ask('review.open', { evidenceId: id });
      }, evidenceId);
    }
    await tab.evaluate(`window.load(${JSON.stringify(await side.source())})`);
    // The first seek of a page also starts the decoder: not counted on either side.
    await tab.evaluate('window.seek(1)');
    const times: number[] = [];
    for (const place of places) times.push(await tab.evaluate<number>(`window.seek(${place})`));
    return times;
  } finally {
    await context.close();
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
}

async function measure(folder: string, station: TransportStation): Promise<string> {
  const core = station.cores()[0];
  const program = findBrowser(process.platform, process.env, homedir());
  if (core === undefined || program === null) throw new Error('No browser was found.');
  const clip = join(folder, 'clip.mp4');
  const pageDir = join(folder, 'page');
  makeClip(clip);
  mkdirSync(pageDir);
  writeFileSync(join(pageDir, 'index.html'), page);
  writeFileSync(join(pageDir, 'seek.js'), script);
  const evidenceId = newId('evidence');
  await core.vault.sealFile(evidenceId, clip);

  const gateway = createGateway({ station, logger: silentLogger, clock: systemClock });
  const server = await startBrowserServer({ gateway, pageDir, port: 0, clock: systemClock, logger: silentLogger });
  const plain = await startPlainServer({
    '/': join(pageDir, 'index.html'),
    '/seek.js': join(pageDir, 'seek.js'),
    '/clip.mp4': clip,
  });
  const plainOrigin = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: program,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const sides = [
    { name: 'vault', enter: () => server.address(null), source: () => `/media/${evidenceId}` },
    { name: 'plain', enter: () => `${plainOrigin}/`, source: () => '/clip.mp4' },
  ] as const;
  const times: Record<'vault' | 'plain', number[]> = { vault: [], plain: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const taken = await turn(browser, side, targets(round), side.name === 'vault', evidenceId);
        times[side.name].push(...taken);
        process.stdout.write(`${side.name} round ${round + 1}: median ${quantile(taken, 0.5).toFixed(0)} ms\n`);
      }
    }
  } finally {
    await browser.close();
    await gateway.close();
    await server.close();
    plain.closeAllConnections();
    plain.close();
  }
  const [vault, direct] = [quantile(times.vault, 0.5), quantile(times.plain, 0.5)];
  const tails = `vault_p90_ms=${quantile(times.vault, 0.9).toFixed(0)} plain_p90_ms=${quantile(times.plain, 0.9).toFixed(0)}`;
  const medians = `vault_ms=${vault.toFixed(0)} plain_ms=${direct.toFixed(0)}`;
  return `BENCH seek ratio=${(vault / direct).toFixed(2)} ${medians} ${tails} seeks=${times.vault.length} bytes=${statSync(clip).size}`;
}

export async function run(): Promise<string> {
  const folder = mkdtempSync(join(process.env['PLAINVIEW_BENCH_FOLDER'] ?? tmpdir(), 'plainview-bench-'));
  const station = await openTransportStation();
  try {
    return await measure(folder, station);
  } finally {
    await station.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
