import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Channel, type Cover, coverAt, paintChannel, type RedactionDocument } from '#common/redaction/index.ts';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { openReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { pictureBox, screenPixels } from '#test/support/screen-pixels.ts';
import { id } from '#test/support/scripted-station/fixtures.ts';

const size = { width: 640, height: 360 };
const frames = 40;
const folder = mkdtempSync(join(tmpdir(), 'plainview-golden-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const document: RedactionDocument = {
  tracks: [
    {
      id: id('track', 'blur'),
      name: 'Blurred',
      style: { kind: 'blur', radius: 16 },
      range: { first: 0, last: frames - 1 },
      keyframes: [
        { frame: 0, box: { x: 300, y: 40, width: 121, height: 90 } },
        { frame: 30, box: { x: 420.5, y: 90, width: 80, height: 130 } },
      ],
    },
    {
      id: id('track', 'mosaic'),
      name: 'Pixelated',
      style: { kind: 'pixelate', block: 24 },
      range: { first: 5, last: 30 },
      keyframes: [
        { frame: 5, box: { x: 40, y: 180, width: 150, height: 100 } },
        { frame: 25, box: { x: 380, y: 100, width: 90, height: 90 } },
      ],
    },
    {
      id: id('track', 'solid'),
      name: 'Black',
      style: { kind: 'solid' },
      range: { first: 10, last: 20 },
      keyframes: [{ frame: 10, box: { x: 330.3, y: 60.7, width: 60.2, height: 50 } }],
    },
  ],
  mutes: [],
};

/** A frame as FFmpeg decodes it, masked on its planes as the render does, as RGB. */
function rendered(path: string, frame: number): Uint8Array {
  const { width, height } = size;
  const planes = new Uint8Array(
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-i', path, '-vf', `select=eq(n\\,${frame})`, '-frames:v', '1'],
      ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'],
    ]),
  );
  const half = (width * height) / 4;
  const channels: readonly Channel[] = [
    { data: planes, offset: 0, pixelStride: 1, rowStride: width, width, height, subX: 1, subY: 1, black: 16 },
    ...[0, 1].map((n) => ({
      data: planes,
      offset: width * height + n * half,
      pixelStride: 1,
      rowStride: width / 2,
      width: width / 2,
      height: height / 2,
      subX: 2,
      subY: 2,
      black: 128,
    })),
  ];
  for (const { rect, style } of coverAt(document, frame, size)) {
    for (const channel of channels) paintChannel(channel, rect, style);
  }
  return new Uint8Array(
    execFileSync(
      'ffmpeg',
      [
        ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-i', 'pipe:0'],
        ...['-vf', 'scale=in_color_matrix=bt601:in_range=tv:out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int'],
        ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
      ],
      { input: planes, maxBuffer: 1 << 26 },
    ),
  );
}

/**
 * True within two pixels of an edge. The render's chroma has half the size and a player mixes it across an edge when it
 * scales it up again, so colours there differ a little from colours painted at full size.
 */
function nearEdge(covers: readonly Cover[], x: number, y: number): boolean {
  const close = (value: number, edge: number): boolean => value >= edge - 2 && value < edge + 2;
  return covers.some(({ rect, style }) => {
    const inside = x >= rect.left && x < rect.left + rect.width && y >= rect.top && y < rect.top + rect.height;
    if (inside && style.kind === 'pixelate') {
      const { block } = style;
      if ([x, y].some((value) => value % block < 2 || value % block >= block - 2)) return true;
    }
    const across = y >= rect.top - 2 && y < rect.top + rect.height + 2;
    const down = x >= rect.left - 2 && x < rect.left + rect.width + 2;
    return (
      (across && (close(x, rect.left) || close(x, rect.left + rect.width))) ||
      (down && (close(y, rect.top) || close(y, rect.top + rect.height)))
    );
  });
}

describe('the overlay', () => {
  it('shows every covered pixel as the render will make it', async () => {
    const path = join(folder, 'golden.mp4');
    await makeNumberedClip({ path, frames, ...size, quality: 14 });
    const bench = await openReviewBench([{ path, ...size }], { project: { document } });
    try {
      // A window in which a pixel of the picture is a pixel of the screen.
      const page = await bench.open();
      await settledFrame(page);
      await page.getByText('Saved').waitFor();
      const first = await pictureBox(page);
      const viewport = page.viewportSize() ?? { width: 0, height: 0 };
      const area = (await page.getByTestId('picture-area').boundingBox()) ?? first;
      await page.setViewportSize({
        width: viewport.width + size.width - Math.round(area.width),
        height: viewport.height + size.height - Math.round(area.height),
      });
      await page.waitForTimeout(200);
      const box = await pictureBox(page);
      expect([box.width, box.height]).toEqual([size.width, size.height]);
      let shown = 0;
      for (const frame of [0, 4, 5, 9, 10, 15, 20, 21, 29, 30, 31, 39]) {
        while (shown < frame) {
          await page.keyboard.press('.');
          shown++;
        }
        expect(await settledFrame(page)).toBe(frame);
        const pixels = await screenPixels(page);
        const expected = rendered(path, frame);
        const covers = coverAt(document, frame, size);
        const wrong: string[] = [];
        let compared = 0;
        for (const { rect } of covers) {
          for (let y = rect.top; y < rect.top + rect.height; y++) {
            for (let x = rect.left; x < rect.left + rect.width; x++) {
              const seen = pixels.at(box.x + x, box.y + y);
              const at = (y * size.width + x) * 3;
              const apart = Math.max(...seen.map((value, colour) => Math.abs(value - (expected[at + colour] ?? 0))));
              if (apart > (nearEdge(covers, x, y) ? 64 : 12)) wrong.push(`${x}, ${y}: ${apart}`);
              compared++;
            }
          }
        }
        expect(compared).toBeGreaterThan(5000);
        expect(wrong, `frame ${frame}, ${compared} compared`).toEqual([]);
      }
    } finally {
      await bench.close();
    }
  });
});
