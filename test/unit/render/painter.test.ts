import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { describe, expect, it } from 'vitest';
import type { RedactionDocument, Track } from '#common/redaction/index.ts';
import { newId } from '#core/kernel/index.ts';
import { createPainter } from '../../../main/core/render/painter.ts';

const size = { width: 70, height: 50 };

function frameOf(format: typeof AV_PIX_FMT_YUV420P): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = format;
  frame.width = size.width;
  frame.height = size.height;
  frame.getBuffer();
  for (const [plane, data] of frame.data!.entries()) data.fill(100 + plane * 30);
  return frame;
}

function hiding(style: Track['style']): RedactionDocument {
  const box = { x: 11.4, y: 7.2, width: 21, height: 15 };
  const track = {
    id: newId('track'),
    name: 'Face',
    style,
    range: { first: 2, last: 4 },
    keyframes: [{ frame: 2, box }],
  };
  return { tracks: [track], mutes: [] };
}

/** The distinct values of a plane inside and outside a rectangle of its samples. */
function valuesOf(frame: Frame, plane: number, left: number, top: number, right: number, bottom: number) {
  const data = frame.data![plane]!;
  const stride = frame.linesize[plane]!;
  const [inside, outside] = [new Set<number>(), new Set<number>()];
  const sub = plane === 0 ? 1 : 2;
  for (let y = 0; y < size.height / sub; y++) {
    for (let x = 0; x < size.width / sub; x++) {
      const within = x >= left / sub && x < right / sub && y >= top / sub && y < bottom / sub;
      (within ? inside : outside).add(data[y * stride + x]!);
    }
  }
  return { inside: [...inside], outside: [...outside] };
}

describe('the painter', () => {
  it('covers whole pixels, outward to even edges, black and colourless, and nothing else', () => {
    using frame = frameOf(AV_PIX_FMT_YUV420P);
    createPainter(hiding({ kind: 'solid' }))(frame, 3);
    expect(valuesOf(frame, 0, 10, 6, 34, 24)).toEqual({ inside: [16], outside: [100] });
    expect(valuesOf(frame, 1, 10, 6, 34, 24)).toEqual({ inside: [128], outside: [130] });
    expect(valuesOf(frame, 2, 10, 6, 34, 24)).toEqual({ inside: [128], outside: [160] });
  });

  it('paints the black of the full range where the full range is in use', () => {
    using tagged = frameOf(AV_PIX_FMT_YUV420P);
    tagged.colorRange = AVCOL_RANGE_JPEG;
    using named = frameOf(AV_PIX_FMT_YUVJ420P);
    for (const frame of [tagged, named]) {
      createPainter(hiding({ kind: 'solid' }))(frame, 3);
      expect(valuesOf(frame, 0, 10, 6, 34, 24).inside).toEqual([0]);
    }
  });

  it('leaves frames outside the range alone', () => {
    for (const index of [1, 5]) {
      using frame = frameOf(AV_PIX_FMT_YUV420P);
      createPainter(hiding({ kind: 'solid' }))(frame, index);
      expect(valuesOf(frame, 0, 0, 0, 0, 0)).toEqual({ inside: [], outside: [100] });
    }
  });

  it('never touches memory the decoder still predicts from', () => {
    using frame = frameOf(AV_PIX_FMT_YUV420P);
    using kept = new Frame();
    kept.alloc();
    kept.ref(frame);
    createPainter(hiding({ kind: 'solid' }))(frame, 3);
    expect(valuesOf(kept, 0, 0, 0, 0, 0).outside).toEqual([100]);
    expect(valuesOf(frame, 0, 10, 6, 34, 24).inside).toEqual([16]);
  });

  it('paints the same through copies, where the memory of frames cannot be reached', () => {
    for (const style of [{ kind: 'solid' }, { kind: 'blur', radius: 16 }] as const) {
      using direct = frameOf(AV_PIX_FMT_YUV420P);
      using copied = frameOf(AV_PIX_FMT_YUV420P);
      for (const frame of [direct, copied]) frame.data![0]!.forEach((_, i, data) => (data[i] = (i * 7) & 255));
      createPainter(hiding(style))(direct, 3);
      createPainter(hiding(style), false)(copied, 3);
      expect(copied.toBuffer().equals(direct.toBuffer())).toBe(true);
    }
  });
});
