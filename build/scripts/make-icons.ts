/**
 * Makes the raster icons of `assets/icons` from `icon.svg`: PNG, Windows .ico and macOS .icns.
 *
 *   node build/scripts/make-icons.ts
 *
 * Needs Chromium (PLAINVIEW_CHROMIUM, by default /usr/bin/chromium).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

type Raster = { readonly size: number; readonly png: Buffer };

const folder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'assets', 'icons');
const sizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];

async function rasters(): Promise<readonly Raster[]> {
  const drawing = (await readFile(join(folder, 'icon.svg'))).toString('base64');
  const browser = await chromium.launch({ executablePath: process.env['PLAINVIEW_CHROMIUM'] ?? '/usr/bin/chromium' });
  try {
    const page = await browser.newPage();
    const made: Raster[] = [];
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size });
      await page.setContent(
        `<body style="margin:0;background:transparent"><img src="data:image/svg+xml;base64,${drawing}" width="${size}" height="${size}" style="display:block"></body>`,
      );
      await page.waitForFunction('document.images[0].complete');
      made.push({ size, png: await page.screenshot({ omitBackground: true, type: 'png' }) });
    }
    return made;
  } finally {
    await browser.close();
  }
}

/** A Windows icon of PNG pictures: six bytes of header, sixteen of directory a picture. */
function ico(pictures: readonly Raster[]): Buffer {
  const header = Buffer.alloc(6 + pictures.length * 16);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  pictures.forEach(({ size, png }, i) => {
    const at = 6 + i * 16;
    header.writeUInt8(size === 256 ? 0 : size, at);
    header.writeUInt8(size === 256 ? 0 : size, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

/** The names macOS gives PNG pictures of each size. */
const icnsNames: readonly (readonly [string, number])[] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];

function icns(pictures: readonly Raster[]): Buffer {
  const blocks = icnsNames.map(([name, size]) => block(name, pngOf(pictures, size)));
  return block('icns', Buffer.concat(blocks));
}

function block(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}

function pngOf(pictures: readonly Raster[], size: number): Buffer {
  const found = pictures.find((picture) => picture.size === size);
  if (found === undefined) throw new Error(`No picture of ${size} pixels was made.`);
  return found.png;
}

const pictures = await rasters();
await writeFile(join(folder, 'icon.png'), pngOf(pictures, 1024));
await writeFile(join(folder, 'icon-512.png'), pngOf(pictures, 512));
await writeFile(join(folder, 'icon.ico'), ico(pictures.filter(({ size }) => size <= 256)));
await writeFile(join(folder, 'icon.icns'), icns(pictures));
