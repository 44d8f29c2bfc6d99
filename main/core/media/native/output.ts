import { AVFMT_FLAG_BITEXACT } from 'node-av/constants';
import { FFmpegError, FormatContext, type Packet, type Stream } from 'node-av/lib';
import { createSealedWriter, type SealedAccess, type SealedWriteResult } from '#core/vault/index.ts';
import { setOptions } from './options.ts';
import { writeThrough } from './sealed-io.ts';

export type OutputOptions = {
  /** Ticks a second of the video track: a time base of the source whose numerator is 1 is kept exactly. */
  readonly videoTimeScale: number;
  /** False writes no edit list: both tracks then begin at 0, whatever their first times say. */
  readonly editList: boolean;
};

/** An MP4 file that goes straight into a sealed file. Ended by exactly one of `finish` and `abort`. */
export type Mp4Output = {
  readonly format: FormatContext;
  /** Call when all streams have their parameters. */
  readonly begin: () => Promise<void>;
  /** Writes a packet whose times are in `timeBase`; the packet is empty afterwards. */
  readonly write: (packet: Packet, stream: Stream, timeBase: { num: number; den: number }) => Promise<void>;
  readonly finish: () => Promise<SealedWriteResult>;
  readonly abort: () => Promise<void>;
};

/**
 * Starts an MP4 file at a place of the vault: no plaintext touches the disk. The muxer goes back once, to the length of the
 * media data near the beginning, which the sealed writer still holds. Nothing is written that was not asked for: no time
 * of making, no name of a program.
 */
export function openMp4Output(target: SealedAccess, options: OutputOptions): Mp4Output {
  const writer = createSealedWriter(target);
  const io = writeThrough(writer);
  const format = new FormatContext();
  let open = true;

  function check(code: number, what: string): void {
    if (io.failure() !== null) throw io.failure();
    FFmpegError.throwIfError(code, what);
  }

  function close(): void {
    if (!open) return;
    open = false;
    // Taken away first: whatever is still set is freed with the format, and would then be freed twice.
    format.pb = null;
    io.context.freeContext();
    format.freeContext();
  }

  FFmpegError.throwIfError(format.allocOutputContext2(null, 'mp4', null), 'the MP4 muxer');
  format.pb = io.context;
  format.setFlags(AVFMT_FLAG_BITEXACT);
  setOptions(format, {
    video_track_timescale: options.videoTimeScale,
    use_editlist: options.editList ? 1 : 0,
    // The start of a track is written in ticks of the whole film; the default of 1000 a second would round it.
    ...(options.editList ? { movie_timescale: options.videoTimeScale } : {}),
  });

  return {
    format,
    begin: async () => check(await format.writeHeader(null), 'the header'),
    write: async (packet, stream, timeBase) => {
      packet.streamIndex = stream.index;
      packet.rescaleTs(timeBase, stream.timeBase);
      packet.pos = -1n;
      check(await format.interleavedWriteFrame(packet), 'a packet');
    },
    finish: async () => {
      check(await format.interleavedWriteFrame(null), 'the last packets');
      await io.context.flush();
      io.holdBack();
      check(await format.writeTrailer(), 'the index');
      await io.context.flush();
      check(0, 'the end');
      close();
      writer.write(withoutUserData(io.held()));
      return writer.finish();
    },
    abort: () => {
      close();
      writer.abort();
      return Promise.resolve();
    },
  };
}

/**
 * FFmpeg's muxer always writes an index with a box for user data, if only an empty one. The index comes last in the file,
 * so that taking the box out moves nothing else.
 */
function withoutUserData(index: Uint8Array): Uint8Array {
  const bytes = Buffer.from(index);
  if (bytes.length < 8 || bytes.readUInt32BE(0) !== bytes.length || bytes.toString('latin1', 4, 8) !== 'moov') {
    throw new Error('The muxer did not end the file with its index.');
  }
  const parts = [];
  for (let at = 8; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    if (size < 8 || at + size > bytes.length) throw new Error('The index holds a box that does not fit.');
    if (bytes.toString('latin1', at + 4, at + 8) !== 'udta') parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  const head = Buffer.from(bytes.subarray(0, 8));
  head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0));
  return Buffer.concat([head, ...parts]);
}
