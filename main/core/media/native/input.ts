import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_LOG_FATAL,
  AV_NOPTS_VALUE,
  AVDISCARD_ALL,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, FormatContext, Log, Packet, type Stream } from 'node-av/lib';
import { ExpectedError } from '#common/errors/index.ts';
import { openSealedReader, type SealedAccess } from '#core/vault/index.ts';
import { damagedMedia, whyNotOpened } from './damage.ts';
import { setOptions } from './options.ts';
import { readThrough } from './sealed-io.ts';

Log.setLevel(AV_LOG_FATAL);

/**
 * The containers cameras write. Nothing else is tried: FFmpeg also knows play lists and scripts that would make it open
 * other files and addresses.
 */
const containers = 'mov,matroska,webm,avi,asf,mpegts,mpeg,flv,mxf,h264,hevc,ivf,dv,ogg';

/** A sealed media file, open for reading packets. Whoever opened it closes it. */
export type MediaInput = {
  readonly format: FormatContext;
  readonly container: string;
  readonly sizeBytes: number;
  readonly video: Stream;
  readonly audio: Stream | null;
  /** Where the first stream begins, in seconds of the clock that `read` gives. */
  readonly start: number;
  /**
   * Reads the next packet of the picture, and of the sound when `sound` was asked for. False at the end of the file. Times are
   * those of MP4 files, and count from the beginning of the file in all others.
   * Throws `tampered` when the seal does not hold, `damaged-media` when the file cannot be read on.
   */
  readonly read: (packet: Packet) => Promise<boolean>;
  readonly close: () => Promise<void>;
};

/**
 * Opens a sealed media file through the vault's reader: no plaintext touches the disk.
 * Throws `damaged-media` with the reason in words, `tampered`, `not-found`.
 */
export async function openInput(access: SealedAccess, options: { readonly sound: boolean }): Promise<MediaInput> {
  const reader = await openSealedReader(access);
  const io = readThrough(reader);
  const format = new FormatContext();
  const close = async (): Promise<void> => {
    // Taken away first: whatever is still set is freed with the format, and would then be freed twice.
    format.pb = null;
    io.context.freeContext();
    await format.closeInput();
    await reader.close();
  };

  function check(code: number, what: string): void {
    if (io.failure() !== null) throw io.failure();
    if (code < 0) throw damagedMedia(what, new Error(FFmpegError.strerror(code)));
  }

  try {
    if (reader.size === 0) throw damagedMedia('The file is empty (0 bytes).');
    format.allocContext();
    format.pb = io.context;
    setOptions(format, { format_whitelist: containers, protocol_whitelist: 'none' });
    const opened = await format.openInput('', null, null);
    if (opened < 0) {
      if (io.failure() !== null) throw io.failure();
      throw damagedMedia(whyNotOpened(reader), new Error(FFmpegError.strerror(opened)));
    }
    check(await format.findStreamInfo(), 'The streams of the file cannot be read.');
    const { video, audio } = chooseStreams(format);
    for (const stream of format.streams) {
      const wanted = stream.index === video.index || (options.sound && stream.index === audio?.index);
      if (!wanted) stream.discard = AVDISCARD_ALL;
    }
    const container = format.iformat?.name ?? 'unknown';
    const shifts = clockShifts(format, container);
    return {
      format,
      container,
      sizeBytes: reader.size,
      video,
      audio,
      start:
        container.startsWith('mov,') && format.startTime !== AV_NOPTS_VALUE ? Number(format.startTime) / 1_000_000 : 0,
      read: async (packet) => {
        packet.unref();
        const code = await format.readFrame(packet);
        if (io.failure() !== null) throw io.failure();
        const shift = shifts.get(packet.streamIndex) ?? 0n;
        if (packet.pts !== AV_NOPTS_VALUE) packet.pts -= shift;
        if (packet.dts !== AV_NOPTS_VALUE) packet.dts -= shift;
        // A file that was cut off ends with an error instead of an end: what came before it is kept.
        return code >= 0 && code !== AVERROR_EOF;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function chooseStreams(format: FormatContext): { video: Stream; audio: Stream | null } {
  const videos = format.streams.filter(
    (stream) =>
      stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO && (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) === 0,
  );
  const video = videos[0];
  if (video === undefined) {
    const sound = format.streams.some((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO);
    throw damagedMedia(sound ? 'The file holds sound but no picture.' : 'The file holds no video track.');
  }
  if (video.codecpar.width <= 0 || video.codecpar.height <= 0) {
    throw damagedMedia('The video track has no picture that can be decoded.');
  }
  const audio = format.streams.find(
    (stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO && stream.codecpar.sampleRate > 0,
  );
  return { video, audio: audio ?? null };
}

/**
 * What is taken off the times of each stream. MP4 counts from its own zero, and browsers show its times as they are. A
 * transport stream counts from wherever its recorder stood (up to 26 hours): its times are counted from the beginning of
 * the file instead, so that the proxy need not begin with hours of nothing.
 */
function clockShifts(format: FormatContext, container: string): ReadonlyMap<number, bigint> {
  const start = Number(format.startTime);
  if (container.startsWith('mov,') || format.startTime === AV_NOPTS_VALUE) return new Map();
  return new Map(
    format.streams.map((stream) => {
      const { num, den } = stream.timeBase;
      return [stream.index, BigInt(Math.round((start * den) / (num * 1_000_000)))];
    }),
  );
}

/** Starts a decoder for a stream. `threads` 0 lets FFmpeg choose. Throws `unsupported-media` for a codec it does not know. */
export async function openDecoder(stream: Stream, threads = 0): Promise<CodecContext> {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  if (codec === null) {
    throw new ExpectedError('unsupported-media', 'This kind of video or sound cannot be decoded.', {
      nextStep: 'Convert a copy with the program of the camera’s maker. The sealed original stays as it is.',
    });
  }
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'decoder parameters');
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = threads;
  const code = await decoder.open2(codec, null);
  if (code < 0) {
    decoder.freeContext();
    throw damagedMedia('The decoder refused the settings in the file.', new Error(FFmpegError.strerror(code)));
  }
  return decoder;
}

/** A presentation time as a number, or null when the file gives none. */
export function ticksOf(value: bigint): number | null {
  return value === AV_NOPTS_VALUE ? null : Number(value);
}

export function newPacket(): Packet {
  const packet = new Packet();
  packet.alloc();
  return packet;
}
