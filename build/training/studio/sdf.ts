import { floatsPerVertex, type Mesh, type Surface } from './mesh.ts';
import { at, clamp, normalize, type Vec3 } from './vec.ts';

/** Signed distance in metres: negative inside. Bodies, heads and cars are modelled with these and then meshed. */
export type Field = (x: number, y: number, z: number) => number;

export const ellipsoid =
  (c: Vec3, r: Vec3): Field =>
  (x, y, z) => {
    const [px, py, pz] = [x - c[0], y - c[1], z - c[2]];
    const k0 = Math.hypot(px / r[0], py / r[1], pz / r[2]);
    const k1 = Math.hypot(px / (r[0] * r[0]), py / (r[1] * r[1]), pz / (r[2] * r[2]));
    return k1 < 1e-9 ? -Math.min(...r) : (k0 * (k0 - 1)) / k1;
  };

export const ball =
  (c: Vec3, r: number): Field =>
  (x, y, z) =>
    Math.hypot(x - c[0], y - c[1], z - c[2]) - r;

/** A limb: a rod with round ends whose radius runs from `ra` to `rb`. */
export const limb = (a: Vec3, b: Vec3, ra: number, rb: number): Field => {
  const d: Vec3 = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const dd = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
  return (x, y, z) => {
    const h = clamp(((x - a[0]) * d[0] + (y - a[1]) * d[1] + (z - a[2]) * d[2]) / dd, 0, 1);
    return Math.hypot(x - a[0] - d[0] * h, y - a[1] - d[1] * h, z - a[2] - d[2] * h) - (ra + (rb - ra) * h);
  };
};

export const roundBox =
  (c: Vec3, half: Vec3, r: number): Field =>
  (x, y, z) => {
    const qx = Math.abs(x - c[0]) - half[0] + r;
    const qy = Math.abs(y - c[1]) - half[1] + r;
    const qz = Math.abs(z - c[2]) - half[2] + r;
    return Math.hypot(Math.max(qx, 0), Math.max(qy, 0), Math.max(qz, 0)) + Math.min(Math.max(qx, qy, qz), 0) - r;
  };

/** Distance to a closed polygon in a plane, negative inside. */
export function polygon(points: readonly (readonly [number, number])[]): (u: number, v: number) => number {
  return (u, v) => {
    let best = Infinity;
    let inside = false;
    let [pu, pv] = points[points.length - 1] ?? [0, 0];
    for (const [qu, qv] of points) {
      const [eu, ev] = [pu - qu, pv - qv];
      const [wu, wv] = [u - qu, v - qv];
      const h = clamp((wu * eu + wv * ev) / (eu * eu + ev * ev), 0, 1);
      best = Math.min(best, Math.hypot(wu - eu * h, wv - ev * h));
      if (qv > v !== pv > v && u < ((pu - qu) * (v - qv)) / (pv - qv) + qu) inside = !inside;
      [pu, pv] = [qu, qv];
    }
    return inside ? -best : best;
  };
}

export function softMin(a: number, b: number, k: number): number {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - h * h * k * 0.25;
}

export function softMax(a: number, b: number, k: number): number {
  return -softMin(-a, -b, k);
}

export const union =
  (k: number, ...fields: readonly Field[]): Field =>
  (x, y, z) =>
    fields.reduce((least, field) => softMin(least, field(x, y, z), k), 1e3);

export type Skin = {
  readonly low: Vec3;
  readonly high: Vec3;
  /** Edge of a grid cell in metres. */
  readonly cell: number;
  readonly surface: Surface | ((p: Vec3, normal: Vec3) => Surface);
  readonly uv?: (p: Vec3, normal: Vec3) => readonly [number, number];
  readonly bones?: (p: Vec3) => Vec3;
};

function slope(field: Field, p: Vec3, step: number): Vec3 {
  const [x, y, z] = p;
  return normalize([
    field(x + step, y, z) - field(x - step, y, z),
    field(x, y + step, z) - field(x, y - step, z),
    field(x, y, z + step) - field(x, y, z - step),
  ]);
}

/** The surface where the field is zero, as a mesh ("surface nets": one vertex a cell, one quad an edge that crosses). */
export function meshField(field: Field, skin: Skin): Mesh {
  const { low, high, cell } = skin;
  const count = (axis: 0 | 1 | 2): number => Math.ceil((high[axis] - low[axis]) / cell) + 1;
  const [nx, ny, nz] = [count(0), count(1), count(2)];
  const values = new Float32Array(nx * ny * nz);
  const spot = (i: number, j: number, k: number): number => i + nx * (j + ny * k);
  sample(field, skin, [nx, ny, nz], values);
  const owner = new Int32Array(values.length).fill(-1);
  const vertices: number[] = [];
  for (let k = 0; k < nz - 1; k++) {
    for (let j = 0; j < ny - 1; j++) {
      for (let i = 0; i < nx - 1; i++) {
        const p = crossing(values, spot, i, j, k);
        if (p === null) continue;
        owner[spot(i, j, k)] = vertices.length / floatsPerVertex;
        const position: Vec3 = [low[0] + (i + p[0]) * cell, low[1] + (j + p[1]) * cell, low[2] + (k + p[2]) * cell];
        const normal = slope(field, position, cell * 0.5);
        const surface = typeof skin.surface === 'function' ? skin.surface(position, normal) : skin.surface;
        const uv = skin.uv?.(position, normal) ?? [0, 0];
        const bones = skin.bones?.(position) ?? [0, 0, 1];
        const { color, material = 0, roughness = 0.8, glow = 0 } = surface;
        vertices.push(...position, ...normal, ...color, material, roughness, glow, ...uv, ...bones);
      }
    }
  }
  const indices: number[] = [];
  const strides = [spot(1, 0, 0), spot(0, 1, 0), spot(0, 0, 1)];
  for (let k = 1; k < nz - 1; k++) {
    for (let j = 1; j < ny - 1; j++) {
      for (let i = 1; i < nx - 1; i++) {
        const here = spot(i, j, k);
        const inside = at(values, here) < 0;
        for (let axis = 0; axis < 3; axis++) {
          if (inside === at(values, here + at(strides, axis)) < 0) continue;
          const u = at(strides, (axis + 1) % 3);
          const v = at(strides, (axis + 2) % 3);
          const ring = [at(owner, here - u - v), at(owner, here - v), at(owner, here), at(owner, here - u)];
          const [a = -1, b = -1, c = -1, d = -1] = inside ? ring : ring.reverse();
          if (Math.min(a, b, c, d) >= 0) indices.push(a, b, c, a, c, d);
        }
      }
    }
  }
  return { vertices: new Float32Array(vertices), indices: new Uint32Array(indices) };
}

/** Fills the grid block by block; a block whose middle is far from the surface gets that one distance. */
function sample(field: Field, { low, cell }: Skin, [nx, ny, nz]: Vec3, values: Float32Array): void {
  const block = 6;
  const far = block * cell * 0.5 * Math.sqrt(3) * 1.7 + 0.004;
  for (let k0 = 0; k0 < nz; k0 += block) {
    for (let j0 = 0; j0 < ny; j0 += block) {
      for (let i0 = 0; i0 < nx; i0 += block) {
        const half = block * 0.5;
        const middle = field(low[0] + (i0 + half) * cell, low[1] + (j0 + half) * cell, low[2] + (k0 + half) * cell);
        const skip = Math.abs(middle) > far;
        for (let k = k0; k < Math.min(nz, k0 + block); k++) {
          for (let j = j0; j < Math.min(ny, j0 + block); j++) {
            for (let i = i0; i < Math.min(nx, i0 + block); i++) {
              values[i + nx * (j + ny * k)] = skip
                ? middle
                : field(low[0] + i * cell, low[1] + j * cell, low[2] + k * cell);
            }
          }
        }
      }
    }
  }
}

/** Mean of the edge crossings of one cell in cell units, or null when the surface does not pass through it. */
function crossing(
  values: Float32Array,
  spot: (i: number, j: number, k: number) => number,
  i: number,
  j: number,
  k: number,
): Vec3 | null {
  let [sx, sy, sz, n] = [0, 0, 0, 0];
  for (let corner = 0; corner < 8; corner++) {
    const [cx, cy, cz] = [corner & 1, (corner >> 1) & 1, (corner >> 2) & 1];
    const here = at(values, spot(i + cx, j + cy, k + cz));
    for (let axis = 0; axis < 3; axis++) {
      if (((corner >> axis) & 1) === 1) continue;
      const [ox, oy, oz] = [axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, axis === 2 ? 1 : 0];
      const there = at(values, spot(i + cx + ox, j + cy + oy, k + cz + oz));
      if (here < 0 === there < 0) continue;
      const t = here / (here - there);
      sx += cx + ox * t;
      sy += cy + oy * t;
      sz += cz + oz * t;
      n++;
    }
  }
  return n === 0 ? null : [sx / n, sy / n, sz / n];
}
