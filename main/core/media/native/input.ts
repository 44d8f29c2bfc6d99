import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_LOG_FATAL,
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_CORRUPT,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, FormatContext, Log, Packet, type Stream } from 'node-av/lib';
import { ExpectedError } from '#common/errors/index.ts';
import { openSealedReader, type SealedAccess } from '#core/vault/index.ts';
import { damagedMedia, whyNotOpened } from './damage.ts';
import { createFileClock } from './file-clock.ts';
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
  /** How many pictures and how many sound tracks the file holds in all; covers do not count. */
  readonly tracks: { readonly pictures: number; readonly sounds: number };
  /** Where the first stream begins, in seconds of the clock that `read` gives. */
  readonly start: number;
  /**
   * Reads the next packet of the picture, and of the sound when `sound` was asked for. False at the end of the file. Times are
   * those of MP4 files, and count from the beginning of the file in all others, also where a recorder started its clock again.
   * Throws `tampered` when the seal does not hold, `damaged-media` when the file cannot be read on.
   */
  readonly read: (packet: Packet) => Promise<boolean>;
  /** Whether half a packet was met, and left out. */
  readonly isBroken: () => boolean;
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
    const { video, audio, tracks } = chooseStreams(format);
    const container = format.iformat?.name ?? 'unknown';
    const clock = createFileClock(format, container);
    let broken = false;
    for (const stream of format.streams) {
      const wanted = stream.index === video.index || (options.sound && stream.index === audio?.index);
      if (!wanted && !clock.restarts) stream.discard = AVDISCARD_ALL;
    }
    return {
      format,
      container,
      sizeBytes: reader.size,
      video,
      audio,
      tracks,
      start:
        container.startsWith('mov,') && format.startTime !== AV_NOPTS_VALUE ? Number(format.startTime) / 1_000_000 : 0,
      read: async (packet) => {
        for (;;) {
          packet.unref();
          const code = await format.readFrame(packet);
          if (io.failure() !== null) throw io.failure();
          // A file that was cut off ends with an error instead of an end: what came before it is kept.
          if (code < 0) return false;
          // In a transport stream this may mean no more than a jump of its counters; else it is half a packet.
          if (packet.hasFlags(AV_PKT_FLAG_CORRUPT) && !clock.restarts) {
            broken = true;
            continue;
          }
          clock.set(packet);
          const { streamIndex } = packet;
          if (streamIndex === video.index || (options.sound && streamIndex === audio?.index)) return true;
        }
      },
      isBroken: () => broken,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The picture and the sound that players show: those marked as the default, else the first ones. */
function chooseStreams(format: FormatContext): Pick<MediaInput, 'video' | 'audio' | 'tracks'> {
  const videos = format.streams.filter(
    (stream) =>
      stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO && (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) === 0,
  );
  const video = preferred(videos);
  if (video === null) {
    const sound = format.streams.some((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO);
    throw damagedMedia(sound ? 'The file holds sound but no picture.' : 'The file holds no video track.');
  }
  if (video.codecpar.width <= 0 || video.codecpar.height <= 0) {
    throw damagedMedia('The video track has no picture that can be decoded.');
  }
  const sounds = format.streams.filter(
    (stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO && stream.codecpar.sampleRate > 0,
  );
  return { video, audio: preferred(sounds), tracks: { pictures: videos.length, sounds: sounds.length } };
}

function preferred(streams: readonly Stream[]): Stream | null {
  return streams.find((stream) => (stream.disposition & AV_DISPOSITION_DEFAULT) !== 0) ?? streams[0] ?? null;
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
