/** Small linear algebra for the drawn scenes: metres, radians, right-handed, Y up, column-major matrices. */
export type Vec3 = readonly [number, number, number];
export type Mat4 = Float32Array;

export function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const sub = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scale = (a: Vec3, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const length = (a: Vec3): number => Math.hypot(a[0], a[1], a[2]);
export const normalize = (a: Vec3): Vec3 => scale(a, 1 / (length(a) || 1));
export const mix3 = (a: Vec3, b: Vec3, t: number): Vec3 => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/** Zero before `from`, one after `to`, an eased step between. */
export function ease(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

export function identity(): Mat4 {
  return new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
}

export function multiply(...matrices: readonly Mat4[]): Mat4 {
  let result = identity();
  for (const next of matrices) {
    const product = new Float32Array(16);
    for (let column = 0; column < 4; column++) {
      for (let row = 0; row < 4; row++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) sum += at(result, k * 4 + row) * at(next, column * 4 + k);
        product[column * 4 + row] = sum;
      }
    }
    result = product;
  }
  return result;
}

export function translation(by: Vec3): Mat4 {
  return new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, by[0], by[1], by[2], 1]);
}

export function scaling(by: Vec3): Mat4 {
  return new Float32Array([by[0], 0, 0, 0, 0, by[1], 0, 0, 0, 0, by[2], 0, 0, 0, 0, 1]);
}

export function rotationX(angle: number): Mat4 {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return new Float32Array([1, 0, 0, 0, 0, c, s, 0, 0, -s, c, 0, 0, 0, 0, 1]);
}

export function rotationY(angle: number): Mat4 {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return new Float32Array([c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1]);
}

export function rotationZ(angle: number): Mat4 {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return new Float32Array([c, s, 0, 0, -s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
}

export function transformPoint(m: Mat4, p: Vec3): Vec3 {
  const row = (r: number): number => at(m, r) * p[0] + at(m, 4 + r) * p[1] + at(m, 8 + r) * p[2] + at(m, 12 + r);
  return [row(0), row(1), row(2)];
}

/** `fieldOfView` is vertical. */
export function perspective(fieldOfView: number, aspect: number, near: number, far: number): Mat4 {
  const f = 1 / Math.tan(fieldOfView / 2);
  const depth = 1 / (near - far);
  return new Float32Array([
    f / aspect,
    0,
    0,
    0,
    0,
    f,
    0,
    0,
    0,
    0,
    (far + near) * depth,
    -1,
    0,
    0,
    2 * far * near * depth,
    0,
  ]);
}

export function orthographic(half: number, near: number, far: number): Mat4 {
  const depth = 1 / (near - far);
  return new Float32Array([1 / half, 0, 0, 0, 0, 1 / half, 0, 0, 0, 0, 2 * depth, 0, 0, 0, (far + near) * depth, 1]);
}

/** World to camera. `roll` tips the horizon. */
export function lookAt(eye: Vec3, target: Vec3, roll = 0): Mat4 {
  const back = normalize(sub(eye, target));
  const steep = Math.abs(back[1]) > 0.999;
  const right = normalize(cross(steep ? [0, 0, 1] : [0, 1, 0], back));
  const up = cross(back, right);
  const view = new Float32Array([
    right[0],
    up[0],
    back[0],
    0,
    right[1],
    up[1],
    back[1],
    0,
    right[2],
    up[2],
    back[2],
    0,
    -dot(right, eye),
    -dot(up, eye),
    -dot(back, eye),
    1,
  ]);
  return roll === 0 ? view : multiply(rotationZ(roll), view);
}

export function invert(m: Mat4): Mat4 {
  const rows = Array.from({ length: 4 }, (_, r) => [
    at(m, r),
    at(m, 4 + r),
    at(m, 8 + r),
    at(m, 12 + r),
    ...[0, 1, 2, 3].map((c) => (c === r ? 1 : 0)),
  ]);
  for (let column = 0; column < 4; column++) {
    let best = column;
    for (let r = column; r < 4; r++)
      if (Math.abs(at(rows[r] ?? [], column)) > Math.abs(at(rows[best] ?? [], column))) best = r;
    [rows[column], rows[best]] = [rows[best] ?? [], rows[column] ?? []];
    const pivot = (rows[column] ?? []).map((value, _, row) => value / at(row, column));
    rows[column] = pivot;
    for (let r = 0; r < 4; r++) {
      const row = rows[r] ?? [];
      const factor = at(row, column);
      if (r !== column) rows[r] = row.map((value, i) => value - factor * at(pivot, i));
    }
  }
  const result = identity();
  for (let r = 0; r < 4; r++) for (let c = 0; c < 4; c++) result[c * 4 + r] = at(rows[r] ?? [], 4 + c);
  return result;
}
