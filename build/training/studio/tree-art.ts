/// <reference lib="dom" />
import { seeded } from './chance.ts';
import { inRect, signs } from './sign-art.ts';

type Context = CanvasRenderingContext2D;

/** A bare November tree, drawn branch by branch. */
function paintBare(c: Context, w: number, h: number, seed: number): void {
  const chance = seeded(seed);
  c.lineCap = 'round';
  const grow = (x: number, y: number, angle: number, reach: number, thick: number, level: number): void => {
    const bend = (chance() - 0.5) * 0.25;
    const ex = x + Math.sin(angle) * reach;
    const ey = y - Math.cos(angle) * reach;
    const shade = 84 + chance() * 34 - level * 3;
    c.strokeStyle = `rgb(${shade} ${shade * 0.88} ${shade * 0.78})`;
    c.lineWidth = thick;
    c.beginPath();
    c.moveTo(x, y);
    c.quadraticCurveTo(x + Math.sin(angle + bend) * reach * 0.5, y - Math.cos(angle + bend) * reach * 0.5, ex, ey);
    c.stroke();
    if (level > 7 || thick < 1.6) return;
    const count = level === 0 ? 5 : 2 + (chance() > 0.55 ? 1 : 0);
    for (let i = 0; i < count; i++) {
      const back = level === 0 ? 0.35 * (1 - (i + 1) / count) : chance() * 0.25;
      const turn = (level === 0 ? (i - 2) * 0.42 : (i - (count - 1) / 2) * 0.75) + (chance() - 0.5) * 0.5;
      grow(
        ex + (x - ex) * back,
        ey + (y - ey) * back,
        angle * 0.8 + turn,
        reach * (0.62 + chance() * 0.22),
        thick * (0.58 + chance() * 0.14),
        level + 1,
      );
    }
  };
  grow(w / 2, h, 0, h * 0.235, w * 0.042, 0);
}

function paintSpruce(c: Context, w: number, h: number): void {
  const chance = seeded(77);
  c.fillStyle = '#2c241c';
  c.fillRect(w / 2 - 9, h * 0.85, 18, h * 0.15);
  for (let row = 0; row < 150; row++) {
    const k = row / 150;
    const y = h * (0.02 + k * 0.9);
    const spread = w * 0.47 * k * (0.75 + 0.25 * Math.abs(Math.sin(row * 0.55)));
    for (let i = 0; i < 16; i++) {
      const reach = spread * (0.5 + chance() * 0.5) * (chance() > 0.5 ? 1 : -1);
      const tone = 26 + chance() * 34;
      c.strokeStyle = `rgb(${tone * 0.8} ${tone * 1.15} ${tone * 0.85})`;
      c.lineWidth = 3 + chance() * 3;
      c.beginPath();
      c.moveTo(w / 2, y - 8);
      c.quadraticCurveTo(w / 2 + reach * 0.6, y - 4, w / 2 + reach, y + Math.abs(reach) * 0.16);
      c.stroke();
    }
  }
}

function paintHedge(c: Context, w: number, h: number): void {
  const chance = seeded(91);
  for (let i = 0; i < 2600; i++) {
    const x = chance() * w;
    const top = h * (0.25 + 0.2 * Math.sin(x * 0.021) * Math.sin(x * 0.0093) + 0.12 * chance());
    const y = top + (h - top) * chance();
    const tone = 20 + chance() * 40;
    c.strokeStyle = `rgb(${tone * 1.1} ${tone} ${tone * 0.72})`;
    c.lineWidth = 1 + chance() * 2.4;
    c.beginPath();
    c.moveTo(x, Math.min(h, y + 30));
    c.lineTo(x + (chance() - 0.5) * 34, y - 12 * chance());
    c.stroke();
  }
}

export function paintTrees(c: Context): void {
  inRect(c, signs.treeA, (w, h) => paintBare(c, w, h, 5));
  inRect(c, signs.treeB, (w, h) => paintBare(c, w, h, 19));
  inRect(c, signs.spruce, (w, h) => paintSpruce(c, w, h));
  inRect(c, signs.hedge, (w, h) => paintHedge(c, w, h));
}
