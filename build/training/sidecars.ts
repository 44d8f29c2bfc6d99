import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clip } from './clips.ts';

async function put(cards: string, name: string, content: string): Promise<void> {
  const path = join(cards, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** The open trigger sidecar of a clip: one JSON object a line. */
function triggerLines(clip: Clip): string {
  const start = Date.parse(clip.startsAt);
  const lines = clip.triggers.map(({ at, kind, source, value }) => {
    const time = new Date(start + Math.round(at * 1000)).toISOString();
    return JSON.stringify({ time, kind, source, value });
  });
  return `${lines.join('\n')}\n`;
}

/** Where the officer of the park ran: WKT points (longitude first) and seconds from the first frame. Woods far from any house. */
function gpsTrail(clip: Clip): string {
  const start = Date.parse(clip.startsAt);
  const entries = Array.from({ length: clip.seconds + 1 }, (_, second) => {
    const ran = Math.min(second, 8) * 1.35;
    const longitude = -82.551 + (ran * 0.35) / 85_600;
    const latitude = 39.6042 + ran / 111_000;
    return {
      LocationWKT: `POINT(${longitude.toFixed(6)} ${latitude.toFixed(6)})`,
      SecondsFromStart: second,
      Timestamp: new Date(start + second * 1000).toISOString(),
    };
  });
  return `${JSON.stringify({ CoordinateEntries: entries }, null, 1)}\n`;
}

const inCarNotes = `[Recording]\r
DeviceID=03C470014\r
Unit=4\r
Officer=DANA WHITLOCK\r
Start=2026-11-20 17:12:00\r
Length=13\r
Trigger=LIGHTBAR\r
`;

/** Everything on the cards that is not a clip. */
export async function writeSidecars(cards: string, clips: readonly Clip[]): Promise<void> {
  for (const clip of clips) {
    await put(cards, clip.triggerFile, triggerLines(clip));
    const [file] = clip.files;
    if (clip.scene === 'park' && file !== undefined) {
      await put(cards, file.replace(/\.mkv$/, '_B8A44F3A0C71_gpstrail.json'), gpsTrail(clip));
    }
  }
  await put(cards, '03C470014/03C4700142026112017120001.mtd', inCarNotes);
  // The recorder opened these two and lost its card before the first byte: for the damaged tray.
  await put(cards, '03C470014/03C4700142026112018320901.asf', '');
  await put(cards, '03C470014/03C4700142026112018320901.mtd', '');
  await put(cards, '03C470014/Power.txt', 'Card removed while powered on. 2026-11-20 18:32:09\r\n');
}
