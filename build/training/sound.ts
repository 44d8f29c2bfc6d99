import { join } from 'node:path';
import type { Clip, Spoken } from './clips.ts';
import { ffmpeg } from './ffmpeg.ts';

const rate = 48_000;

/** Noise and tones that say where we are; the filters end in the labels `[a0]`, `[a1]` and so on. */
function ambience(clip: Clip): readonly string[] {
  const noise = (color: string, seed: number, filters: string): string =>
    `anoisesrc=color=${color}:seed=${seed}:sample_rate=${rate}:duration=${clip.seconds},${filters}`;
  const tone = (expression: string, filters: string): string =>
    `aevalsrc='${expression}':sample_rate=${rate}:duration=${clip.seconds},${filters}`;
  /** Soft thuds every `every` seconds between two times. */
  const steps = (from: number, to: number, every: number, level: number, seed: number): string =>
    noise(
      'brown',
      seed,
      `highpass=f=90,lowpass=f=1400,volume='${level}*between(t,${from},${to})*exp(-22*mod(t-${from},${every}))':eval=frame`,
    );
  const chirp = (at: number): string =>
    tone(
      `0.10*between(t,${at},${at + 0.09})*sin(2*PI*1750*t)+0.10*between(t,${at + 0.12},${at + 0.22})*sin(2*PI*1180*t)`,
      'lowpass=f=3000',
    );
  switch (clip.ambience) {
    case 'roadside':
      return [
        noise('brown', 11, 'lowpass=f=420,volume=0.5'),
        tone('0.05*sin(2*PI*43*t)+0.03*sin(2*PI*86.4*t)+0.015*sin(2*PI*129*t)', 'tremolo=f=6:d=0.25'),
        noise('pink', 12, "lowpass=f=900,volume='0.55*exp(-pow((t-6.3)/1.7,2))':eval=frame"),
        steps(1.2, 6.6, 0.52, 1.6, 13),
        noise('pink', 14, "lowpass=f=700,volume='2.2*exp(-pow((t-4.3)/0.05,2))':eval=frame"),
        chirp(0.7),
      ];
    case 'cabin':
      return [
        tone('0.09*sin(2*PI*38*t)+0.05*sin(2*PI*76.3*t)+0.03*sin(2*PI*114*t)', 'tremolo=f=5:d=0.2'),
        noise('brown', 21, 'lowpass=f=300,volume=0.6'),
        noise('brown', 22, "lowpass=f=500,volume='3*exp(-pow((t-3.5)/0.05,2))':eval=frame"),
        chirp(0.6),
        chirp(3.1),
      ];
    case 'porch':
      return [
        noise('brown', 31, 'lowpass=f=260,volume=0.28'),
        tone('0.012*sin(2*PI*4200*t)*gt(sin(2*PI*13*t),0.2)*gt(sin(2*PI*0.7*t),-0.3)', 'volume=0.7'),
        noise(
          'brown',
          32,
          "lowpass=f=600,volume='5*(exp(-70*max(t-6.3,0))*gte(t,6.3)*lt(t,6.5)+exp(-70*max(t-6.52,0))*gte(t,6.52)*lt(t,6.72)+exp(-70*max(t-6.74,0))*gte(t,6.74)*lt(t,6.95))':eval=frame",
        ),
        noise('pink', 33, "bandpass=f=420:w=200,volume='0.9*exp(-pow((t-7.9)/0.35,2))':eval=frame"),
      ];
    case 'corridor':
      return [
        noise('pink', 41, "bandpass=f=520:w=420,volume='0.30+0.16*sin(2*PI*0.9*t)+0.10*sin(2*PI*2.7*t)':eval=frame"),
        tone('0.012*sin(2*PI*120*t)+0.006*sin(2*PI*240*t)', 'volume=0.8'),
        steps(0, 10, 0.55, 1.0, 42),
        steps(0.2, 10, 0.49, 0.55, 43),
        noise('pink', 44, "bandpass=f=1500:w=700,volume='3*exp(-pow((t-3.8)/0.03,2))':eval=frame"),
      ];
    case 'park':
      return [
        noise('brown', 51, 'lowpass=f=380,volume=0.42'),
        steps(0, 7.4, 0.34, 2.1, 52),
        noise('pink', 53, "highpass=f=1800,volume='0.20*between(t,0,7.4)*exp(-14*mod(t,0.34))':eval=frame"),
        noise('pink', 54, "bandpass=f=900:w=700,volume='0.14*(0.5+0.5*sin(2*PI*1.1*t))':eval=frame"),
        chirp(8.9),
      ];
  }
}

const murmurNote: Readonly<Record<Spoken['voice'], number>> = { slt: 205, rms: 118, awb: 132, kal16: 104 };

/** Words by FFmpeg's own small speaker (flite), or a murmur of the same length where it was built without one. */
function voice(spoken: Spoken, speaks: boolean): string {
  const level = (spoken.level ?? 0.9) * 1.15;
  const delay = Math.round(spoken.at * 1000);
  const room = `aresample=${rate},highpass=f=160,lowpass=f=3600,volume=${level},adelay=${delay}:all=1`;
  if (speaks) return `flite=text='${spoken.words.replace(/[':,\\]/g, ' ')}':voice=${spoken.voice},${room}`;
  const seconds = spoken.words.length * 0.075;
  const note = murmurNote[spoken.voice];
  const tone = `0.2*sin(2*PI*${note}*t+3*sin(2*PI*3.1*t))*(0.5+0.5*sin(2*PI*4.3*t))`;
  return `aevalsrc='${tone}':sample_rate=${rate}:duration=${seconds},${room}`;
}

/** Mixes the clip's sound into a WAV file and answers its path. */
export async function makeSound(clip: Clip, folder: string): Promise<string> {
  const speaks = (await ffmpeg(['-hide_banner', '-filters'])).includes(' flite ');
  if (!speaks) process.stderr.write('This FFmpeg has no flite: people will murmur instead of speaking.\n');
  const around = ambience(clip).map((source) => `${source},volume=0.42`);
  const sources = [...around, ...clip.speech.map((spoken) => voice(spoken, speaks))];
  const chains = sources.map(
    (source, i) => `${source},aformat=sample_fmts=fltp:sample_rates=${rate}:channel_layouts=mono[a${i}]`,
  );
  const inputs = sources.map((_, i) => `[a${i}]`).join('');
  const silent = clip.buffered?.silent === true ? `,volume=0:enable='lt(t,${clip.buffered.seconds})'` : '';
  const mix = `${inputs}amix=inputs=${sources.length}:normalize=0,atrim=duration=${clip.seconds},alimiter=limit=0.85:level=false${silent}[sound]`;
  const path = join(folder, `${clip.scene}.wav`);
  await ffmpeg([
    '-y',
    '-filter_complex',
    [...chains, mix].join(';'),
    '-map',
    '[sound]',
    '-c:a',
    'pcm_s16le',
    '-bitexact',
    path,
  ]);
  return path;
}
