import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_MP3,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
} from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import type { SealedAccess } from '#core/vault/index.ts';
import { newPacket, openInput } from './input.ts';

const eightBit = new Set<number>([AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]);

/** Whether every Chromium decodes this picture: H.264 in 8-bit 4:2:0. */
export function knowsPicture(video: Stream): boolean {
  return video.codecpar.codecId === AV_CODEC_ID_H264 && eightBit.has(video.codecpar.format);
}

/** Whether every Chromium decodes this sound: AAC, MP3, or none. */
export async function knowsSound(access: SealedAccess, audio: Stream | null): Promise<boolean> {
  if (audio === null || audio.codecpar.codecId === AV_CODEC_ID_AAC) return true;
  return audio.codecpar.codecId === AV_CODEC_ID_MP3 && (await isLayerThree(access));
}

/** MP4 has one name for all three layers of MPEG sound, and FFmpeg takes them all for MP3. Only the frames tell. */
async function isLayerThree(access: SealedAccess): Promise<boolean> {
  const input = await openInput(access, { sound: true });
  try {
    using packet = newPacket();
    while (await input.read(packet)) {
      if (packet.streamIndex !== input.audio?.index) continue;
      return (((packet.data?.[1] ?? 0) >> 1) & 3) === 1;
    }
    return false;
  } finally {
    await input.close();
  }
}
