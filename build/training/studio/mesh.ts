import { add, at, cross, type Mat4, normalize, scale, sub, transformPoint, type Vec3 } from './vec.ts';

/** What a surface is made of; the numbers are the shader's. */
export const material = {
  plain: 0,
  skin: 1,
  cloth: 2,
  hair: 3,
  asphalt: 4,
  grass: 5,
  siding: 6,
  tiles: 7,
  decal: 8,
  carPaint: 9,
  eye: 10,
  glow: 11,
  bark: 12,
  brick: 13,
  wood: 14,
  glass: 15,
  locker: 16,
  concrete: 17,
  face: 18,
} as const;

export type Surface = {
  readonly color: Vec3;
  readonly material?: number;
  readonly roughness?: number;
  /** Light given off, as a multiple of the colour. */
  readonly glow?: number;
};

/** Interleaved: position 3, normal 3, colour 3, (material, roughness, glow) 3, uv 2, (bone, bone, weight of the first) 3. */
export const floatsPerVertex = 17;

export type Mesh = { readonly vertices: Float32Array; readonly indices: Uint32Array };

export type Vertex = {
  readonly position: Vec3;
  readonly normal: Vec3;
  readonly surface: Surface;
  readonly uv?: readonly [number, number];
  readonly bones?: Vec3;
};

export class MeshBuilder {
  readonly #vertices: number[] = [];
  readonly #indices: number[] = [];

  vertex({ position, normal, surface, uv = [0, 0], bones = [0, 0, 1] }: Vertex): number {
    const { color, material: kind = material.plain, roughness = 0.8, glow = 0 } = surface;
    this.#vertices.push(...position, ...normal, ...color, kind, roughness, glow, ...uv, ...bones);
    return this.#vertices.length / floatsPerVertex - 1;
  }

  triangle(a: number, b: number, c: number): void {
    this.#indices.push(a, b, c);
  }

  /** Corners counter-clockwise seen from the front, first corner at uv bottom left. */
  quad(corners: readonly [Vec3, Vec3, Vec3, Vec3], surface: Surface, uv: Rect = [0, 0, 1, 1]): this {
    const [a, b, c, d] = corners;
    const normal = normalize(cross(sub(b, a), sub(d, a)));
    const [left, top, right, bottom] = uv;
    const first = this.vertex({ position: a, normal, surface, uv: [left, bottom] });
    this.vertex({ position: b, normal, surface, uv: [right, bottom] });
    this.vertex({ position: c, normal, surface, uv: [right, top] });
    this.vertex({ position: d, normal, surface, uv: [left, top] });
    this.triangle(first, first + 1, first + 2);
    this.triangle(first, first + 2, first + 3);
    return this;
  }

  box(low: Vec3, high: Vec3, surface: Surface): this {
    const [x0, y0, z0] = low;
    const [x1, y1, z1] = high;
    this.quad(
      [
        [x0, y0, z1],
        [x1, y0, z1],
        [x1, y1, z1],
        [x0, y1, z1],
      ],
      surface,
    );
    this.quad(
      [
        [x1, y0, z0],
        [x0, y0, z0],
        [x0, y1, z0],
        [x1, y1, z0],
      ],
      surface,
    );
    this.quad(
      [
        [x1, y0, z1],
        [x1, y0, z0],
        [x1, y1, z0],
        [x1, y1, z1],
      ],
      surface,
    );
    this.quad(
      [
        [x0, y0, z0],
        [x0, y0, z1],
        [x0, y1, z1],
        [x0, y1, z0],
      ],
      surface,
    );
    this.quad(
      [
        [x0, y1, z1],
        [x1, y1, z1],
        [x1, y1, z0],
        [x0, y1, z0],
      ],
      surface,
    );
    this.quad(
      [
        [x0, y0, z0],
        [x1, y0, z0],
        [x1, y0, z1],
        [x0, y0, z1],
      ],
      surface,
    );
    return this;
  }

  /** A rod from one end to the other; a cone when the radii differ. Ends are closed. */
  rod(from: Vec3, to: Vec3, radii: readonly [number, number], surface: Surface, sides = 12): this {
    const axis = normalize(sub(to, from));
    const side = normalize(cross(Math.abs(axis[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0], axis));
    const other = cross(axis, side);
    const rims: number[] = [];
    for (let i = 0; i <= sides; i++) {
      const angle = (i / sides) * Math.PI * 2;
      const out = add(scale(side, Math.cos(angle)), scale(other, Math.sin(angle)));
      rims.push(this.vertex({ position: add(from, scale(out, radii[0])), normal: out, surface, uv: [i / sides, 0] }));
      this.vertex({ position: add(to, scale(out, radii[1])), normal: out, surface, uv: [i / sides, 1] });
    }
    for (let i = 0; i < sides; i++) {
      const a = at(rims, i);
      const b = at(rims, i + 1);
      this.triangle(a, b, b + 1);
      this.triangle(a, b + 1, a + 1);
    }
    for (const [center, normal, radius] of [
      [from, scale(axis, -1), radii[0]],
      [to, axis, radii[1]],
    ] as const) {
      if (radius < 0.004) continue;
      const middle = this.vertex({ position: center, normal, surface });
      for (let i = 0; i <= sides; i++) {
        const angle = (i / sides) * Math.PI * 2;
        const out = add(scale(side, Math.cos(angle)), scale(other, Math.sin(angle)));
        this.vertex({ position: add(center, scale(out, radius)), normal, surface });
        if (i > 0) this.triangle(middle, middle + i, middle + i + 1);
      }
    }
    return this;
  }

  ellipsoid(center: Vec3, radii: Vec3, surface: Surface, rings = 12): this {
    const columns = rings * 2;
    const first = this.#vertices.length / floatsPerVertex;
    for (let r = 0; r <= rings; r++) {
      const polar = (r / rings) * Math.PI;
      for (let c = 0; c <= columns; c++) {
        const turn = (c / columns) * Math.PI * 2;
        const unit: Vec3 = [Math.sin(polar) * Math.sin(turn), Math.cos(polar), Math.sin(polar) * Math.cos(turn)];
        this.vertex({
          position: [center[0] + unit[0] * radii[0], center[1] + unit[1] * radii[1], center[2] + unit[2] * radii[2]],
          normal: normalize([unit[0] / radii[0], unit[1] / radii[1], unit[2] / radii[2]]),
          surface,
          uv: [c / columns, r / rings],
        });
      }
    }
    for (let r = 0; r < rings; r++) {
      for (let c = 0; c < columns; c++) {
        const a = first + r * (columns + 1) + c;
        const b = a + columns + 1;
        this.triangle(a, b, b + 1);
        this.triangle(a, b + 1, a + 1);
      }
    }
    return this;
  }

  /** Adds another mesh, moved by `placing` (rotation, translation and even scale). */
  append(mesh: Mesh, placing: Mat4): this {
    const first = this.#vertices.length / floatsPerVertex;
    const origin = transformPoint(placing, [0, 0, 0]);
    for (let i = 0; i < mesh.vertices.length; i += floatsPerVertex) {
      const v = (k: number): number => at(mesh.vertices, i + k);
      const position = transformPoint(placing, [v(0), v(1), v(2)]);
      const normal = normalize(sub(transformPoint(placing, [v(3), v(4), v(5)]), origin));
      this.#vertices.push(...position, ...normal);
      for (let k = 6; k < floatsPerVertex; k++) this.#vertices.push(v(k));
    }
    for (const index of mesh.indices) this.#indices.push(first + index);
    return this;
  }

  build(): Mesh {
    return { vertices: new Float32Array(this.#vertices), indices: new Uint32Array(this.#indices) };
  }
}

/** Left, top, right, bottom in the shared picture sheet, 0 to 1. */
export type Rect = readonly [number, number, number, number];
