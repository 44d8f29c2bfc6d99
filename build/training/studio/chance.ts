import { mix } from './vec.ts';

/** Repeatable chance: the same seed gives the same scene on every machine. Values in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function hash(n: number): number {
  return seeded(Math.imul(n | 0, 374761393) ^ 0x5bf03635)();
}

/** Smooth noise over time, -1 to 1, for hands that shake and heads that sway. */
export function drift(time: number, seed: number): number {
  const cell = Math.floor(time);
  const f = time - cell;
  const s = f * f * (3 - 2 * f);
  return mix(hash(cell + seed * 1013), hash(cell + 1 + seed * 1013), s) * 2 - 1;
}

function hash3(x: number, y: number, z: number): number {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(z, 2147483647);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth noise in space, -1 to 1. */
export function lumps(x: number, y: number, z: number): number {
  const [ix, iy, iz] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [fx, fy, fz] = [x - ix, y - iy, z - iz];
  const [sx, sy, sz] = [fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)];
  const edge = (dy: number, dz: number): number =>
    mix(hash3(ix, iy + dy, iz + dz), hash3(ix + 1, iy + dy, iz + dz), sx);
  return mix(mix(edge(0, 0), edge(1, 0), sy), mix(edge(0, 1), edge(1, 1), sy), sz) * 2 - 1;
}
