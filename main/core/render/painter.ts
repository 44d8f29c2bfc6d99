import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG } from 'node-av/constants';
import { FFmpegError, Frame } from 'node-av/lib';
import type { PixelRect } from '#common/geometry/index.ts';
import { type Channel, coverAt, paintChannel, type RedactionDocument } from '#common/redaction/index.ts';

/** Black of luma when the full range of values is in use, and when 16 to 235 are. */
const fullRangeBlack = 0;
const studioBlack = 16;
const colourless = 128;

/** Hides what the document hides at frame `index`, in the frame's own memory, and returns where. */
export type Painter = (frame: Frame, index: number) => readonly PixelRect[];

/**
 * Paints upright 8-bit 4:2:0 frames. A frame on which nothing is hidden is left alone; any other is first made our own,
 * because the decoder still needs it to predict the frames after it. `shared`: see {@link planesAreShared}.
 */
export function createPainter(document: RedactionDocument, shared = planesAreShared()): Painter {
  return (frame, index) => {
    const covers = coverAt(document, index, { width: frame.width, height: frame.height });
    if (covers.length === 0) return [];
    FFmpegError.throwIfError(frame.makeWritable(), 'memory for a frame');
    const copy = shared ? null : frame.toBuffer();
    const channels = copy === null ? channelsOf(frame) : packedChannels(frame, copy);
    for (const { rect, style } of covers) {
      for (const channel of channels) paintChannel(channel, rect, style);
    }
    if (copy !== null) FFmpegError.throwIfError(frame.fromBuffer(copy), 'a painted frame');
    return covers.map((cover) => cover.rect);
  };
}

/** The three planes of a frame as they lie in memory; painting on them changes the frame. */
function channelsOf(frame: Frame): readonly Channel[] {
  const planes = frame.data;
  const strides = frame.linesize;
  return [0, 1, 2].map((plane) => {
    const data = planes?.[plane];
    const stride = strides[plane];
    if (data === undefined || stride === undefined || stride <= 0)
      throw new Error('A frame has no memory to paint on.');
    return channel(frame, plane, data, 0, stride);
  });
}

/** The three planes one after the other, without gaps. */
function packedChannels(frame: Frame, packed: Buffer): readonly Channel[] {
  let offset = 0;
  return [0, 1, 2].map((plane) => {
    const made = channel(frame, plane, packed, offset, plane === 0 ? frame.width : Math.ceil(frame.width / 2));
    offset += made.rowStride * made.height;
    return made;
  });
}

function channel(frame: Frame, plane: number, data: Uint8Array, offset: number, rowStride: number): Channel {
  if (frame.format !== AV_PIX_FMT_YUV420P && frame.format !== AV_PIX_FMT_YUVJ420P) {
    throw new Error('Only 8-bit 4:2:0 can be painted.');
  }
  const sub = plane === 0 ? 1 : 2;
  const full = frame.format === AV_PIX_FMT_YUVJ420P || frame.colorRange === AVCOL_RANGE_JPEG;
  return {
    data,
    offset,
    pixelStride: 1,
    rowStride,
    width: Math.ceil(frame.width / sub),
    height: Math.ceil(frame.height / sub),
    subX: sub,
    subY: sub,
    black: plane === 0 ? (full ? fullRangeBlack : studioBlack) : colourless,
  };
}

/**
 * Whether writing to `frame.data` writes into the frame. Electron forbids memory that lies outside its heap, and a binding
 * may then hand out copies: masks painted on those would simply not be there.
 */
function planesAreShared(): boolean {
  using frame = new Frame();
  frame.alloc();
  frame.format = AV_PIX_FMT_YUV420P;
  frame.width = 16;
  frame.height = 16;
  FFmpegError.throwIfError(frame.getBuffer(), 'memory for a frame');
  const before = frame.data?.[0]?.[0] ?? 0;
  frame.data?.[0]?.fill(255 - before, 0, 1);
  return frame.data?.[0]?.[0] === 255 - before;
}
