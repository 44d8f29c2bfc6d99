import type { Mesh } from './mesh.ts';
import type { Mat4, Vec3 } from './vec.ts';

export type Cloth = {
  readonly pattern: number;
  readonly trim: Vec3;
  readonly seed: number;
  /** Lettering: rectangle in the picture sheet, and where it sits on the back (centre x, y, width, height in metres). */
  readonly decal?: { readonly rect: readonly number[]; readonly spot: readonly number[] };
};

export type Item = {
  readonly mesh: Mesh;
  readonly model: Mat4;
  readonly bones?: Float32Array;
  /** How far the mouth is open, 0 to 1. */
  readonly mouth?: number;
  readonly cloth?: Cloth;
  /** Brightness of painted lamps on cars. */
  readonly lamps?: number;
  readonly castsShadow?: boolean;
  /** Whether wet ground mirrors it. */
  readonly mirrored?: boolean;
};

export type Light = {
  readonly position: Vec3;
  readonly color: Vec3;
  /** Where a spot or sun light points; a point light has none. */
  readonly direction?: Vec3;
  /** Half angles of a spot's bright and outer cone. */
  readonly cone?: readonly [number, number];
  readonly range: number;
  readonly sun?: boolean;
  readonly shadow?: boolean;
  /** Half size in metres of what a sun's shadow covers. */
  readonly shadowHalf?: number;
};

export type Air = {
  readonly zenith: Vec3;
  readonly horizon: Vec3;
  readonly ground: Vec3;
  readonly sunDirection: Vec3;
  readonly sunGlow: Vec3;
  readonly ambient: Vec3;
  readonly clouds: number;
  readonly stars: number;
  readonly fog: number;
  readonly wet: number;
};

export type Lens = {
  readonly eye: Vec3;
  readonly target: Vec3;
  readonly roll: number;
  /** Vertical angle of view. */
  readonly view: number;
  readonly bend: number;
  readonly exposure: number;
  readonly vignette: number;
  readonly grain: number;
  readonly saturation: number;
  readonly night: number;
};

export type Picture = {
  readonly items: readonly Item[];
  readonly lights: readonly Light[];
  /** Soft contact shadows on the ground: x, z, radius, strength. */
  readonly blobs: readonly (readonly [number, number, number, number])[];
  readonly air: Air;
  readonly lens: Lens;
  /** Draw reflections in the floor. */
  readonly mirror: boolean;
};
