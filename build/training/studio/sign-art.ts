/// <reference lib="dom" />
import type { Rect } from './mesh.ts';

export const sheetWidth = 2048;
export const sheetHeight = 3072;
const spot = (x: number, y: number, width: number, height: number): Rect => [
  x / sheetWidth,
  y / sheetHeight,
  (x + width) / sheetWidth,
  (y + height) / sheetHeight,
];

/** Where each painted sign lies in the sheet. */
export const signs = {
  plate: spot(0, 1088, 512, 256),
  police: spot(520, 1088, 512, 160),
  houseNumber: spot(1040, 1088, 256, 128),
  welcome: spot(1040, 1224, 512, 256),
  banner: spot(0, 1360, 1024, 192),
  posterGame: spot(0, 1560, 256, 384),
  posterRead: spot(264, 1560, 256, 384),
  doorNumber: spot(528, 1560, 128, 96),
  exit: spot(664, 1560, 256, 112),
  wheel: spot(1560, 1088, 256, 256),
  clock: spot(1824, 1088, 192, 192),
  room: spot(528, 1664, 256, 128),
  curtains: spot(1040, 1488, 384, 448),
  hallPicture: spot(1440, 1488, 256, 320),
  parkSign: spot(1704, 1360, 320, 224),
  cork: spot(664, 1800, 360, 224),
  treeA: spot(0, 2056, 640, 1000),
  treeB: spot(650, 2056, 640, 1000),
  spruce: spot(1300, 2056, 380, 700),
  hedge: spot(1300, 2770, 740, 290),
} as const;

type Context = CanvasRenderingContext2D;

export function inRect(context: Context, rect: Rect, draw: (width: number, height: number) => void): void {
  const [left, top, right, bottom] = [
    rect[0] * sheetWidth,
    rect[1] * sheetHeight,
    rect[2] * sheetWidth,
    rect[3] * sheetHeight,
  ];
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.translate(left, top);
  draw(right - left, bottom - top);
  context.restore();
}

function write(
  context: Context,
  text: string,
  x: number,
  y: number,
  font: string,
  color: string,
  maxWidth?: number,
): void {
  context.font = font;
  context.fillStyle = color;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x, y, maxWidth);
}

const plateText = 'HKT 4193';

function paintPlate(c: Context, w: number, h: number): void {
  c.fillStyle = '#f3f1ea';
  c.beginPath();
  c.roundRect(4, 4, w - 8, h - 8, 26);
  c.fill();
  const band = c.createLinearGradient(0, 0, 0, h);
  band.addColorStop(0, 'rgba(120,150,190,0.55)');
  band.addColorStop(0.35, 'rgba(255,255,255,0)');
  band.addColorStop(1, 'rgba(190,150,110,0.35)');
  c.fillStyle = band;
  c.fill();
  c.strokeStyle = '#31405e';
  c.lineWidth = 6;
  c.stroke();
  write(c, 'MAPLE COUNTY', w / 2, 38, 'bold 34px "DejaVu Sans"', '#23375f');
  write(c, plateText, w / 2, 138, 'bold 122px "DejaVu Sans Condensed"', '#14213f', w - 40);
  write(c, 'FOR TRAINING', w / 2, h - 32, '26px "DejaVu Sans"', '#23375f');
}

function paintBanner(c: Context, w: number, h: number): void {
  c.fillStyle = '#1d3d6b';
  c.fillRect(0, 0, w, h);
  c.fillStyle = '#d9a520';
  c.fillRect(0, 0, w, 12);
  c.fillRect(0, h - 12, w, 12);
  write(c, 'HOME OF THE HERONS', w / 2, h / 2 + 4, 'bold 84px "DejaVu Sans Condensed"', '#f5f2e6', w - 60);
}

function paintPosters(c: Context): void {
  inRect(c, signs.posterGame, (w, h) => {
    const sky = c.createLinearGradient(0, 0, 0, h);
    sky.addColorStop(0, '#c8502a');
    sky.addColorStop(1, '#e8b04a');
    c.fillStyle = sky;
    c.fillRect(0, 0, w, h);
    write(c, 'FRIDAY', w / 2, 60, 'bold 54px "DejaVu Sans"', '#fff6e0');
    c.fillStyle = '#7a2c12';
    c.beginPath();
    c.arc(w / 2, 190, 72, 0, Math.PI * 2);
    c.fill();
    c.strokeStyle = '#2a0d05';
    c.lineWidth = 5;
    for (const bend of [-40, 0, 40]) {
      c.beginPath();
      c.ellipse(w / 2, 190, Math.abs(bend) + 1, 72, 0, 0, Math.PI * 2);
      c.stroke();
    }
    write(c, 'HOME GAME 7 PM', w / 2, 320, 'bold 28px "DejaVu Sans"', '#3a1206');
  });
  inRect(c, signs.posterRead, (w, h) => {
    c.fillStyle = '#f0ead8';
    c.fillRect(0, 0, w, h);
    c.fillStyle = '#2f6b57';
    c.fillRect(0, 0, w, 120);
    write(c, 'READ', w / 2, 64, 'bold 78px "DejaVu Serif"', '#f5f0dd');
    for (const [i, color] of ['#a5452f', '#34507c', '#c99a35', '#4c7a4f', '#7b4b77'].entries()) {
      c.fillStyle = color;
      c.fillRect(34 + i * 38, 170 - (i % 3) * 14, 30, 170 + (i % 3) * 14);
    }
    write(c, 'LIBRARY · ROOM 112', w / 2, 362, '18px "DejaVu Sans"', '#333');
  });
  inRect(c, signs.cork, (w, h) => {
    c.fillStyle = '#9a7346';
    c.fillRect(0, 0, w, h);
    for (let i = 0; i < 14; i++) {
      c.fillStyle = ['#f4efe2', '#e8d77a', '#bcd7e6', '#e9b9a8'][i % 4] ?? '#fff';
      c.fillRect(14 + (i % 7) * 48, 18 + Math.floor(i / 7) * 104 + (i % 3) * 6, 38, 62 + (i % 2) * 20);
    }
    c.strokeStyle = '#5d4326';
    c.lineWidth = 10;
    c.strokeRect(0, 0, w, h);
  });
}

function paintWheel(c: Context, w: number): void {
  const m = w / 2;
  const disc = (r: number, color: string): void => {
    c.fillStyle = color;
    c.beginPath();
    c.arc(m, m, r, 0, Math.PI * 2);
    c.fill();
  };
  disc(m - 1, '#111113');
  disc(m * 0.7, '#9ba0a6');
  disc(m * 0.64, '#1c1d20');
  c.strokeStyle = '#aeb3b9';
  c.lineWidth = 18;
  for (let i = 0; i < 5; i++) {
    const a = (i / 5) * Math.PI * 2 + 0.3;
    c.beginPath();
    c.moveTo(m, m);
    c.lineTo(m + Math.cos(a) * m * 0.66, m + Math.sin(a) * m * 0.66);
    c.stroke();
  }
  disc(m * 0.16, '#c2c6cb');
}

function paintHome(c: Context): void {
  inRect(c, signs.houseNumber, (w, h) => write(c, '418', w / 2, h / 2 + 4, 'bold 112px "DejaVu Serif"', '#efe3c0'));
  inRect(c, signs.welcome, (w, h) => {
    c.fillStyle = '#4d3b28';
    c.fillRect(0, 0, w, h);
    c.strokeStyle = '#1f1812';
    c.lineWidth = 22;
    c.strokeRect(11, 11, w - 22, h - 22);
    write(c, 'WELCOME', w / 2, h / 2, 'bold 80px "DejaVu Serif"', '#1d1712', w - 90);
  });
  inRect(c, signs.curtains, (w, h) => {
    const room = c.createRadialGradient(w * 0.55, h * 0.35, 10, w / 2, h / 2, w * 0.8);
    room.addColorStop(0, '#ffe2a0');
    room.addColorStop(1, '#a86a2a');
    c.fillStyle = room;
    c.fillRect(0, 0, w, h);
    for (const side of [0, 1]) {
      for (let i = 0; i < 8; i++) {
        c.fillStyle = i % 2 === 0 ? 'rgba(176,120,90,0.92)' : 'rgba(140,90,66,0.92)';
        const x = side === 0 ? i * 16 : w - (i + 1) * 16;
        c.fillRect(x, 0, 17, h);
      }
    }
    c.fillStyle = '#efe9dc';
    c.fillRect(w / 2 - 7, 0, 14, h);
    c.fillRect(0, h / 2 - 7, w, 14);
  });
  inRect(c, signs.hallPicture, (w, h) => {
    c.fillStyle = '#3b2a1a';
    c.fillRect(0, 0, w, h);
    const view = c.createLinearGradient(0, 24, 0, h - 24);
    view.addColorStop(0, '#8fb2cf');
    view.addColorStop(0.5, '#e5d6b5');
    view.addColorStop(0.52, '#5e7b4c');
    view.addColorStop(1, '#33502f');
    c.fillStyle = view;
    c.fillRect(24, 24, w - 48, h - 48);
  });
}

export function paintSigns(c: Context): void {
  inRect(c, signs.plate, (w, h) => paintPlate(c, w, h));
  inRect(c, signs.police, (w, h) =>
    write(c, 'POLICE', w / 2, h / 2 + 6, 'bold 128px "DejaVu Sans"', '#d9dde2', w - 20),
  );
  inRect(c, signs.banner, (w, h) => paintBanner(c, w, h));
  inRect(c, signs.wheel, (w) => paintWheel(c, w));
  inRect(c, signs.doorNumber, (w, h) => write(c, '114', w / 2, h / 2, 'bold 54px "DejaVu Sans"', '#20242a'));
  inRect(c, signs.exit, (w, h) => {
    c.fillStyle = '#e9efe6';
    c.fillRect(0, 0, w, h);
    write(c, 'EXIT', w / 2, h / 2 + 4, 'bold 92px "DejaVu Sans"', '#c8201c');
  });
  inRect(c, signs.room, (w, h) => {
    c.fillStyle = '#27364d';
    c.fillRect(0, 0, w, h);
    write(c, 'MAIN OFFICE', w / 2, h / 2, 'bold 34px "DejaVu Sans"', '#eef1f5');
  });
  inRect(c, signs.clock, (w) => {
    const m = w / 2;
    c.fillStyle = '#f6f5f0';
    c.beginPath();
    c.arc(m, m, m - 4, 0, Math.PI * 2);
    c.fill();
    c.strokeStyle = '#222';
    c.lineWidth = 8;
    c.stroke();
    c.lineWidth = 7;
    for (const [angle, reach] of [
      [6.1, 0.45],
      [2.9, 0.7],
    ] as const) {
      c.beginPath();
      c.moveTo(m, m);
      c.lineTo(m + Math.sin(angle) * m * reach, m - Math.cos(angle) * m * reach);
      c.stroke();
    }
  });
  inRect(c, signs.parkSign, (w, h) => {
    c.fillStyle = '#33502f';
    c.fillRect(0, 0, w, h);
    c.strokeStyle = '#e6dcc0';
    c.lineWidth = 8;
    c.strokeRect(10, 10, w - 20, h - 20);
    write(c, 'OLD MILL PARK', w / 2, 84, 'bold 36px "DejaVu Serif"', '#efe6cc', w - 40);
    write(c, 'CLOSES AT DUSK', w / 2, 146, '28px "DejaVu Serif"', '#efe6cc', w - 40);
  });
  paintPosters(c);
  paintHome(c);
}
