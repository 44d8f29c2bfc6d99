import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FrameTable, frameCount, midFrameMicroseconds, toMicroseconds } from '#common/time/index.ts';
import { makeProxy, readFacts, scanFrames } from '#core/media/native/index.ts';
import { needChromium } from '#test/support/launched-station.ts';
import { type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';
import { placeForTest, sealForTest, unseal } from '#test/support/sealed-file.ts';
import { serveRange } from '#test/support/serve-range.ts';

const never = new AbortController().signal;
let folder: MediaFolder;
let server: Server;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = mediaFolder();
  server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (name === 'favicon.ico') return response.writeHead(404).end();
    if (name.includes('.')) {
      serveRange(folder.file(name), request, response);
      return;
    }
    response.setHeader('Content-Type', 'text/html').end('<video muted></video>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: needChromium(),
    args: ['--no-sandbox'],
  });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});

/** What Chromium shows when it is sent to each of these times (seconds): the media time of the frame on the screen. */
function shownAt(name: string, seconds: readonly number[]): Promise<readonly number[] | string> {
  return page.evaluate(
    async ({ src, times }) => {
      const video = document.querySelector('video')!;
      const loaded = new Promise<string | null>((resolve) => {
        video.onloadeddata = () => resolve(null);
        video.onerror = () => resolve(video.error!.message);
      });
      video.src = src;
      const failure = await loaded;
      if (failure !== null) return failure;
      let last = -1;
      const look: VideoFrameRequestCallback = (_now, about) => {
        last = about.mediaTime;
        video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
      const shown: number[] = [];
      for (const time of times) {
        // On its way Chromium may show frames before the one that was asked for: the one that stays counts.
        const arrived = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
        video.currentTime = time;
        await arrived;
        await new Promise((resolve) => setTimeout(resolve, 300));
        shown.push(last);
      }
      return shown;
    },
    { src: `/${name}`, times: seconds },
  );
}

/** Asks for a few frames by the middle of their time, out of order, and compares with the table. */
async function expectSameFrames(name: string, table: FrameTable): Promise<void> {
  const last = frameCount(table) - 1;
  // Right before a key frame is where players go wrong.
  const beforeKeys = table.keyframes.flatMap((key) => (key > 0 ? [key - 1, key] : []));
  const wanted = [Math.floor(last / 2), 3, last, 1, 17, ...beforeKeys.slice(0, 4), 0, last - 2];
  const origin = toMicroseconds(table.originTicks, table.timeBase);
  const shown = await shownAt(
    name,
    wanted.map((index) => (origin + midFrameMicroseconds(table, index)) / 1e6),
  );
  const expected = wanted.map((index) => origin + toMicroseconds(table.pts[index]!, table.timeBase));
  if (typeof shown === 'string') throw new Error(shown);
  // Chromium cuts to whole microseconds where we round.
  const near = shown.map((time, i) =>
    Math.abs(Math.round(time * 1e6) - expected[i]!) <= 1 ? expected[i] : time * 1e6,
  );
  expect(near).toEqual(expected);
}

describe('Chromium shows the frames of the table, at their times', () => {
  it.each([
    ['constant-rate.mp4', makers.constantRate],
    ['b-frames.mp4', makers.bFrames],
    ['variable-rate.mp4', makers.variableRate],
    ['edit-list.mp4', makers.editList],
    ['start-offset.mp4', makers.startOffset],
    ['rotated.mp4', (path: string) => makers.rotated(path, 90)],
    ['quicktime.mov', makers.bFrames],
    ['full-range.mp4', makers.fullRange],
    ['cut-out-of-group.mp4', makers.cutOutOfGroup],
  ] as const)('of the original: %s', async (name, make) => {
    make(folder.file(name));
    const access = await sealForTest(folder.file(name), 'evd_browser');
    const scan = await scanFrames(access, never);
    expect((await readFacts(access, scan)).playsInBrowser).toBe(true);
    await expectSameFrames(name, scan.table);
  });

  it.each([
    ['hevc.mp4', makers.hevc],
    ['matroska.mkv', makers.matroska],
    ['no-presentation-times.asf', makers.asf],
    ['full-chroma.mp4', makers.fullChroma],
    ['ntsc.avi', makers.ntscAvi],
    ['transport-stream.ts', makers.transportStream],
    ['odd.avi', makers.oddJpeg],
    ['telephone-sound.mov', makers.telephoneSound],
    ['variable-rate-and-b-frames.mp4', (path: string) => makers.variableRate(path, 2)],
    ['open-groups.mp4', makers.openGroups],
    ['fragments.mp4', makers.fragments],
    ['fragments-cut-off.mp4', makers.fragmentsCutOff],
    ['two-cuts.mp4', makers.twoCuts],
    ['two-pictures.mp4', makers.twoPictures],
    ['layer-two-sound.mp4', makers.layerTwoSound],
    ['joined-streams.ts', makers.joinedStreams],
  ] as const)('of the proxy: %s', async (name, make) => {
    make(folder.file(name));
    const source = await sealForTest(folder.file(name), 'evd_browser');
    const scan = await scanFrames(source, never);
    expect((await readFacts(source, scan)).playsInBrowser).toBe(false);
    const target = placeForTest(folder.file(`${name}.proxy.sealed`), 'prx_browser');
    const made = await makeProxy(
      { source, target, table: scan.table, fixed: false },
      { signal: never, onFrame: () => undefined },
    );
    writeFileSync(folder.file(`proxy-of-${name}.mp4`), await unseal(target));
    await expectSameFrames(`proxy-of-${name}.mp4`, made.table);
  });
});
