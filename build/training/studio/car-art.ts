/// <reference lib="dom" />
import type { Brush } from './brush.ts';

/** Pixels a metre on the car panels. */
const scale = 204.8;

type Paint = {
  /** Points in metres on the panel. */
  readonly shape: readonly (readonly [number, number])[];
  readonly color: string;
  readonly rough: number;
  readonly glow?: number;
  readonly gloss?: number;
};

/** A panel maps metres to sheet pixels; `flip` turns the first axis round. */
type Panel = {
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly top: number;
  readonly flip: boolean;
};

function fill(brush: Brush, panel: Panel, paint: Paint): void {
  const trace = (context: CanvasRenderingContext2D): void => {
    context.beginPath();
    paint.shape.forEach(([u, v], i) => {
      const px = panel.x + (panel.flip ? panel.left - u : u - panel.left) * scale;
      const py = panel.y + (panel.top - v) * scale;
      if (i === 0) context.moveTo(px, py);
      else context.lineTo(px, py);
    });
    context.closePath();
  };
  brush.colors.fillStyle = paint.color;
  trace(brush.colors);
  brush.colors.fill();
  const byte = (value: number): number => Math.round(value * 255);
  brush.traits.fillStyle = `rgb(${byte((paint.glow ?? 0) / 4)} ${byte(paint.rough)} ${byte(paint.gloss ?? 0.2)})`;
  trace(brush.traits);
  brush.traits.fill();
}

function seam(brush: Brush, panel: Panel, points: readonly (readonly [number, number])[], width = 0.009): void {
  const context = brush.colors;
  context.strokeStyle = 'rgba(0,0,0,0.75)';
  context.lineWidth = width * scale;
  context.lineJoin = 'round';
  context.beginPath();
  points.forEach(([u, v], i) => {
    const px = panel.x + (panel.flip ? panel.left - u : u - panel.left) * scale;
    const py = panel.y + (panel.top - v) * scale;
    if (i === 0) context.moveTo(px, py);
    else context.lineTo(px, py);
  });
  context.stroke();
}

const box = (u0: number, v0: number, u1: number, v1: number): readonly (readonly [number, number])[] => [
  [u0, v0],
  [u1, v0],
  [u1, v1],
  [u0, v1],
];
const glass = { color: '#0b0f12', rough: 0.05, gloss: 0.95 };

function panels(x: number, y: number): { side: Panel; front: Panel; rear: Panel; top: Panel } {
  return {
    side: { x, y, left: 2.5, top: 1.6, flip: true },
    front: { x, y: y + 328, left: -1, top: 1.6, flip: false },
    rear: { x: x + 512, y: y + 328, left: -1, top: 1.6, flip: false },
    top: { x, y: y + 656, left: 2.5, top: 1, flip: true },
  };
}

function paintBase(
  brush: Brush,
  x: number,
  y: number,
  tail: { readonly left: number; readonly right: number },
): ReturnType<typeof panels> {
  const p = panels(x, y);
  const { side, front, rear, top } = p;
  for (const trim of [box(-2.5, 0.2, 2.5, 0.3)]) fill(brush, side, { shape: trim, color: '#15161a', rough: 0.7 });
  fill(brush, side, {
    shape: [
      [0.98, 1.03],
      [0.36, 1.36],
      [-0.16, 1.395],
      [-0.16, 1.02],
    ],
    ...glass,
  });
  fill(brush, side, {
    shape: [
      [-0.24, 1.02],
      [-0.24, 1.395],
      [-0.8, 1.365],
      [-1.28, 1.06],
      [-1.1, 1.02],
    ],
    ...glass,
  });
  seam(brush, side, [
    [0.98, 1.0],
    [1.0, 0.75],
    [0.86, 0.38],
    [-0.2, 0.36],
    [-0.2, 1.4],
  ]);
  seam(brush, side, [
    [-0.2, 0.36],
    [-0.82, 0.38],
    [-1.02, 0.62],
    [-1.24, 0.9],
    [-1.3, 1.06],
  ]);
  seam(
    brush,
    side,
    [
      [-2.2, 0.98],
      [1.2, 0.98],
    ],
    0.012,
  );
  for (const z of [-0.02, -1.02])
    fill(brush, side, { shape: box(z - 0.1, 0.87, z + 0.08, 0.905), color: '#8d9196', rough: 0.25, gloss: 0.7 });
  fill(brush, side, {
    shape: [
      [2.2, 0.66],
      [2.46, 0.62],
      [2.46, 0.74],
      [2.12, 0.79],
    ],
    color: '#dfe6ee',
    rough: 0.08,
    gloss: 0.8,
    glow: 0.5,
  });
  fill(brush, side, {
    shape: [
      [-2.46, 0.72],
      [-2.08, 0.86],
      [-2.12, 0.95],
      [-2.46, 0.93],
    ],
    color: '#4a080a',
    rough: 0.1,
    gloss: 0.6,
  });
  fill(brush, front, {
    shape: [
      [-0.62, 0.5],
      [0.62, 0.5],
      [0.56, 0.74],
      [-0.56, 0.74],
    ],
    color: '#0c0d0f',
    rough: 0.5,
  });
  fill(brush, front, { shape: box(-0.75, 0.24, 0.75, 0.38), color: '#101114', rough: 0.6 });
  for (const s of [1, -1]) {
    fill(brush, front, {
      shape: [
        [0.6 * s, 0.62],
        [0.95 * s, 0.62],
        [0.95 * s, 0.78],
        [0.66 * s, 0.76],
      ],
      color: '#f4f8ff',
      rough: 0.05,
      glow: 4,
      gloss: 0.9,
    });
    const glow = s === 1 ? tail.right : tail.left;
    fill(brush, rear, {
      shape: [
        [0.5 * s, 0.74],
        [0.95 * s, 0.72],
        [0.95 * s, 0.94],
        [0.54 * s, 0.93],
      ],
      color: glow > 0 ? '#a30f14' : '#3a0608',
      rough: 0.1,
      glow,
      gloss: 0.7,
    });
    fill(brush, rear, {
      shape: box(0.52 * s, 0.75, 0.66 * s, 0.8),
      color: '#d8d2cc',
      rough: 0.1,
      glow: glow * 0.1,
      gloss: 0.7,
    });
  }
  fill(brush, rear, { shape: box(-0.31, 0.66, 0.31, 0.9), color: '#18191c', rough: 0.6 });
  fill(brush, rear, { shape: box(-0.7, 0.24, 0.7, 0.36), color: '#131417', rough: 0.7 });
  seam(brush, rear, [
    [-0.95, 0.6],
    [0.95, 0.6],
  ]);
  seam(brush, rear, [
    [-0.5, 0.6],
    [-0.5, 1.1],
  ]);
  seam(brush, rear, [
    [0.5, 0.6],
    [0.5, 1.1],
  ]);
  fill(brush, top, {
    shape: [
      [1.12, -0.7],
      [1.16, 0],
      [1.12, 0.7],
      [0.42, 0.56],
      [0.45, 0],
      [0.42, -0.56],
    ],
    ...glass,
  });
  fill(brush, top, {
    shape: [
      [-1.72, -0.66],
      [-1.76, 0],
      [-1.72, 0.66],
      [-1.0, 0.55],
      [-0.97, 0],
      [-1.0, -0.55],
    ],
    ...glass,
  });
  seam(brush, top, [
    [1.22, -0.8],
    [1.3, 0],
    [1.22, 0.8],
  ]);
  seam(brush, top, [
    [1.22, -0.78],
    [2.2, -0.68],
  ]);
  seam(brush, top, [
    [1.22, 0.78],
    [2.2, 0.68],
  ]);
  seam(brush, top, [
    [-1.86, -0.72],
    [-1.86, 0.72],
  ]);
  return p;
}

/** An ordinary saloon whose left tail lamp is out: the reason for the stop. */
export function paintSedan(brush: Brush, x: number, y: number): void {
  paintBase(brush, x, y, { left: 0, right: 4 });
}

export function paintCruiser(brush: Brush, x: number, y: number): void {
  const { side } = paintBase(brush, x, y, { left: 3, right: 3 });
  fill(brush, side, {
    shape: [
      [1.1, 0.32],
      [1.1, 0.98],
      [-1.3, 0.98],
      [-1.0, 0.32],
    ],
    color: '#e9ecef',
    rough: 0.3,
    gloss: 0.35,
  });
  fill(brush, side, {
    shape: [
      [2.4, 0.6],
      [-2.4, 0.78],
      [-2.4, 0.72],
      [2.4, 0.54],
    ],
    color: '#c79a2b',
    rough: 0.35,
    gloss: 0.3,
  });
  const c = brush.colors;
  c.fillStyle = '#101a33';
  c.font = 'bold 74px "DejaVu Sans"';
  c.textAlign = 'center';
  c.fillText('POLICE', x + 2.5 * scale + 10, y + 0.92 * scale);
  c.font = '20px "DejaVu Sans"';
  c.fillText('MAPLE HOLLOW', x + 2.5 * scale + 10, y + 1.08 * scale);
  c.fillText('4', x + 4.3 * scale, y + 0.75 * scale);
  seam(brush, side, [
    [0.98, 1.0],
    [1.0, 0.75],
    [0.86, 0.38],
    [-0.2, 0.36],
    [-0.2, 1.0],
  ]);
}
