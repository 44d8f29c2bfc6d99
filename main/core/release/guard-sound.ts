import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLTP, type AVSampleFormat } from 'node-av/constants';
import {
  avChannelLayoutDefault,
  type CodecContext,
  FFmpegError,
  Frame,
  Packet,
  SoftwareResampleContext,
} from 'node-av/lib';
import type { GuardCheck } from '#common/evidence/index.ts';
import type { TickSpan } from '#common/redaction/index.ts';
import { endOfFrame, type FrameTable } from '#common/time/index.ts';
import type { SealedAccess, SealedReader } from '#core/vault/index.ts';
import { channelsOf, decodeSound } from './guard-decode.ts';
import { createLoudness, type Loudness, soundFault, windowsIn } from './guard-loudness.ts';
import { openOriginal, openStreamDecoder, timeOf } from './guard-original.ts';
import { result } from './guard-structure.ts';
import { audioSetup, type Mp4Track } from './mp4-track.ts';

/** Peak allowed in a muted span, as a share of full scale: one step of 16-bit sound. Turned up by any amount, it stays silent. */
const silencePeak = 1 / 32768;
const packetSamples = 1024;
/** An AAC window spans two packets, and a muted span is made longer by that on both sides; a window of loudness comes on top. */
const unsureSamples = 4 * packetSamples;

/** The sound of a finished file, and what it has to be. */
export type SoundPlan = {
  readonly audio: Mp4Track;
  readonly reader: SealedReader;
  readonly original: SealedAccess;
  /** When the first frame is shown, in seconds of the original's own clock; null when that is not known. */
  readonly start: number | null;
  readonly mutes: readonly TickSpan[];
  readonly table: FrameTable;
};

/** Whether muted spans are silent, and whether everything else is the original's sound, in step. */
export async function checkSound(plan: SoundPlan, signal: AbortSignal): Promise<readonly GuardCheck[]> {
  const { audio, reader, original, start, mutes, table } = plan;
  const second = table.timeBase.num / table.timeBase.den;
  const spans = mutes.map((mute) => ({ from: mute.from * second, to: mute.to * second }));
  const heard = createLoudness();
  const peaks = spans.map(() => 0);
  let [position, rate] = [0, 1];
  for await (const { channels, sampleRate } of decodeSound(audio, reader)) {
    signal.throwIfAborted();
    rate = sampleRate;
    const length = channels[0]?.length ?? 0;
    for (const [i, span] of spans.entries()) {
      const first = Math.max(0, Math.floor(span.from * rate) - position);
      const last = Math.min(length, Math.ceil(span.to * rate) - position);
      if (first < last) peaks[i] = Math.max(peaks[i] ?? 0, peakOf(channels, first, last));
    }
    heard.add(channels, rate, position / rate);
    position += length;
  }
  const loud = spans.flatMap(({ from, to }, i) => {
    const peak = peaks[i] ?? 0;
    if (peak <= silencePeak) return [];
    return [`sound of ${(20 * Math.log10(peak)).toFixed(0)} dB between ${from.toFixed(2)} s and ${to.toFixed(2)} s`];
  });
  const good = spans.length === 0 ? 'nothing had to be silent' : `${spans.length} muted stretches are silent`;
  const silence = result('silence', loud, good);

  const end = endOfFrame(table, table.pts.length - 1) * second;
  const wrong = clockFaults(audio, rate, end);
  const unsure = unsureSamples / rate;
  const count = windowsIn(Math.min(end, position / rate) - unsure);
  if (start !== null && count > 0) {
    const planned = (await loudnessOf(original, start, signal)).levels(count);
    const skipped = [
      { from: 0, to: unsure },
      ...spans.map((one) => ({ from: one.from - unsure, to: one.to + unsure })),
    ];
    const skip = new Set(
      skipped.flatMap(({ from, to }) => {
        const first = Math.max(0, windowsIn(from));
        return Array.from({ length: Math.max(0, windowsIn(to) + 1 - first) }, (_, i) => first + i);
      }),
    );
    const fault = soundFault(planned, heard.levels(count), (window) => skip.has(window));
    if (fault !== null) wrong.push(fault);
  }
  return [silence, result('sound', wrong, 'the rest of the sound is the original’s, in step with the picture')];
}

/** Packets that follow one another without gap or jump, from the first frame to the end of the last. */
function clockFaults(audio: Mp4Track, rate: number, end: number): string[] {
  const wrong: string[] = [];
  const setup = audioSetup(audio.setup);
  if (setup === null || audio.timeScale !== rate) wrong.push('the sound’s clock is not its sample rate');
  const irregular = audio.samples.findIndex(
    ({ time, duration }, i) =>
      time !== i * packetSamples ||
      duration > packetSamples ||
      (duration < packetSamples && i < audio.samples.length - 1),
  );
  if (irregular >= 0) wrong.push(`packet ${irregular} of the sound is not played when it should be`);
  if (audio.samples.length * packetSamples > end * rate + 2 * packetSamples)
    wrong.push('the sound goes on after the picture');
  return wrong;
}

function peakOf(channels: readonly Float32Array[], first: number, last: number): number {
  let peak = 0;
  for (const channel of channels) {
    for (let i = first; i < last; i++) peak = Math.max(peak, Math.abs(channel[i] ?? 0));
  }
  return peak;
}

/** How loud the original's sound is from the first frame on. Packets that do not decode are silent. */
async function loudnessOf(access: SealedAccess, start: number, signal: AbortSignal): Promise<Loudness> {
  const loudness = createLoudness();
  const original = await openOriginal(access);
  try {
    if (original.audio === null) return loudness;
    const { index, timeBase } = original.audio;
    using decoder = await openStreamDecoder(original.audio, 1);
    using packet = new Packet();
    packet.alloc();
    let clock = 0;
    const drain = (): void =>
      drainSound(decoder, (channels, sampleRate, ticks) => {
        const at = ticks === null ? clock : (ticks * timeBase.num) / timeBase.den;
        loudness.add(channels, sampleRate, at - start);
        clock = at + (channels[0]?.length ?? 0) / sampleRate;
      });
    while (await original.read(packet)) {
      signal.throwIfAborted();
      if (packet.streamIndex !== index) continue;
      decoder.sendPacketSync(packet);
      drain();
    }
    decoder.sendPacketSync(null);
    drain();
    return loudness;
  } finally {
    await original.close();
  }
}

type OnSound = (channels: readonly Float32Array[], sampleRate: number, ticks: number | null) => void;

/** Takes out of a decoder what is ready, as planar numbers whatever form it has. */
function drainSound(decoder: CodecContext, onSound: OnSound): void {
  using frame = new Frame();
  frame.alloc();
  while (decoder.receiveFrameSync(frame) >= 0) {
    const channels = frame.format === AV_SAMPLE_FMT_FLTP ? channelsOf(frame) : converted(frame);
    onSound(channels, frame.sampleRate, timeOf(frame));
  }
}

function converted(frame: Frame): readonly Float32Array[] {
  using converter = new SoftwareResampleContext();
  const native = frame.channelLayout.order === AV_CHANNEL_ORDER_NATIVE;
  const layout = native ? frame.channelLayout : avChannelLayoutDefault(Math.max(1, frame.channels));
  const { sampleRate } = frame;
  FFmpegError.throwIfError(
    converter.allocSetOpts2(layout, AV_SAMPLE_FMT_FLTP, sampleRate, layout, frame.format as AVSampleFormat, sampleRate),
    'the form of the sound',
  );
  FFmpegError.throwIfError(converter.init(), 'the form of the sound');
  const planes = Array.from({ length: Math.max(1, frame.channels) }, () => new Float32Array(frame.nbSamples));
  const bytes = planes.map((plane) => Buffer.from(plane.buffer));
  const count = converter.convertSync(bytes, frame.nbSamples, frame.extendedData, frame.nbSamples);
  FFmpegError.throwIfError(count, 'the form of the sound');
  return planes;
}
