import { seeded } from './chance.ts';
import { type Mesh, MeshBuilder, material, type Surface } from './mesh.ts';
import { signs } from './sign-art.ts';
import type { Vec3 } from './vec.ts';

/** Height of the porch over the path. */
export const floorY = 0.18;

const siding: Surface = { color: [0.3, 0.36, 0.4], material: material.siding, roughness: 0.75 };
const trim: Surface = { color: [0.66, 0.65, 0.61], roughness: 0.6 };
const boards: Surface = { color: [0.22, 0.17, 0.12], material: material.wood, roughness: 0.7 };
const plaster: Surface = { color: [0.58, 0.48, 0.34], roughness: 0.9 };

function wall(builder: MeshBuilder, x0: number, x1: number, y0: number, y1: number, z: number, surface: Surface): void {
  builder.quad(
    [
      [x0, y0, z],
      [x1, y0, z],
      [x1, y1, z],
      [x0, y1, z],
    ],
    surface,
  );
}

export function houseFront(): Mesh {
  const b = new MeshBuilder();
  wall(b, -6, -0.5, 0, 3.4, 0, siding);
  wall(b, 0.5, 6, 0, 3.4, 0, siding);
  wall(b, -0.5, 0.5, 2.28, 3.4, 0, siding);
  for (const x of [-0.5, 0.5]) b.box([x - 0.07, floorY, -0.12], [x + 0.07, 2.28, 0.035], trim);
  b.box([-0.57, 2.28, -0.12], [0.57, 2.42, 0.035], trim);
  b.box([-0.5, floorY - 0.02, -0.2], [0.5, floorY + 0.03, 0.06], { color: [0.2, 0.2, 0.2], roughness: 0.4 });
  for (let i = 0; i < 16; i++) b.box([-2.6, floorY - 0.05, i * 0.14], [2.6, floorY, i * 0.14 + 0.132], boards);
  b.box([-2.6, 0, 2.2], [2.6, floorY - 0.05, 2.24], { color: [0.4, 0.4, 0.38] });
  b.box([-0.75, 0, 2.24], [0.75, 0.09, 2.6], { color: [0.3, 0.29, 0.28], material: material.concrete });
  b.quad(
    [
      [-2.8, 2.72, 0],
      [2.8, 2.72, 0],
      [2.8, 2.72, 2.4],
      [-2.8, 2.72, 2.4],
    ],
    { color: [0.5, 0.5, 0.47], roughness: 0.8 },
  );
  b.box([-2.8, 2.72, 2.3], [2.8, 2.95, 2.42], trim);
  b.quad(
    [
      [-3, 2.9, 2.6],
      [3, 2.9, 2.6],
      [3, 3.8, 0],
      [-3, 3.8, 0],
    ],
    { color: [0.05, 0.05, 0.052], roughness: 1 },
  );
  for (const x of [-2.45, 2.45]) {
    b.box([x - 0.08, floorY, 2.08], [x + 0.08, 2.72, 2.24], trim);
    for (let z = 0.2; z < 2.1; z += 0.16) b.box([x - 0.015, floorY, z], [x + 0.015, 0.98, z + 0.03], trim);
    b.box([x - 0.05, 0.98, 0], [x + 0.05, 1.05, 2.1], trim);
    const inner = Math.sign(x) * 0.85;
    for (let k = inner; Math.abs(k) < 2.4; k += Math.sign(x) * 0.16)
      b.box([k - 0.015, floorY, 2.14], [k + 0.015, 0.98, 2.17], trim);
    b.box([Math.min(inner, x), 0.98, 2.1], [Math.max(inner, x), 1.05, 2.2], trim);
  }
  windowAt(b, 1.75, 1.5);
  b.box([-1.03, 1.62, 0], [-0.69, 1.83, 0.022], { color: [0.035, 0.03, 0.028], roughness: 0.35 });
  b.quad(
    [
      [-1.02, 1.63, 0.026],
      [-0.7, 1.63, 0.026],
      [-0.7, 1.82, 0.026],
      [-1.02, 1.82, 0.026],
    ],
    { color: [1, 1, 1], material: material.decal, roughness: 0.4, glow: 0.12 },
    signs.houseNumber,
  );
  b.box([0.68, 1.18, 0], [0.78, 1.32, 0.03], { color: [0.3, 0.3, 0.3], roughness: 0.3 });
  b.ellipsoid([0.73, 1.25, 0.035], [0.02, 0.02, 0.012], { color: [1, 0.7, 0.3], glow: 1.5 }, 8);
  b.quad(
    [
      [-0.42, floorY + 0.006, 0.85],
      [0.42, floorY + 0.006, 0.85],
      [0.42, floorY + 0.006, 0.3],
      [-0.42, floorY + 0.006, 0.3],
    ],
    { color: [0.9, 0.9, 0.9], material: material.decal, roughness: 1 },
    signs.welcome,
  );
  b.box([0.74, 1.98, 0], [0.9, 2.3, 0.05], { color: [0.02, 0.02, 0.02] });
  b.rod([0.82, 2.02, 0.15], [0.82, 2.22, 0.15], [0.045, 0.055], { color: [1, 0.74, 0.4], glow: 12 }, 12);
  b.rod([0.82, 2.22, 0.15], [0.82, 2.31, 0.15], [0.085, 0.02], { color: [0.02, 0.02, 0.02], roughness: 0.4 }, 12);
  planter(b, -1.35, 11);
  planter(b, 1.2, 12);
  return b.build();
}

function windowAt(b: MeshBuilder, x: number, y: number): void {
  b.box([x - 0.68, y - 0.75, 0], [x + 0.68, y + 0.75, 0.045], trim);
  b.quad(
    [
      [x - 0.6, y - 0.67, 0.05],
      [x + 0.6, y - 0.67, 0.05],
      [x + 0.6, y + 0.67, 0.05],
      [x - 0.6, y + 0.67, 0.05],
    ],
    { color: [0.9, 0.9, 0.9], material: material.decal, roughness: 0.3, glow: 0.75 },
    signs.curtains,
  );
}

function planter(b: MeshBuilder, x: number, seed: number): void {
  const chance = seeded(seed);
  b.rod([x, floorY, 0.4], [x, floorY + 0.34, 0.4], [0.13, 0.18], { color: [0.3, 0.12, 0.07], roughness: 0.9 }, 18);
  for (let i = 0; i < 46; i++) {
    const [a, r] = [chance() * 6.28, chance() * 0.17];
    const flower = chance() > 0.45;
    const color: Vec3 = flower ? [0.5 + chance() * 0.2, 0.2 + chance() * 0.16, 0.03] : [0.05, 0.1, 0.035];
    b.ellipsoid(
      [x + Math.cos(a) * r, floorY + 0.36 + chance() * 0.16, 0.4 + Math.sin(a) * r],
      [0.035, 0.026, 0.035],
      { color, roughness: 0.9 },
      4,
    );
  }
}

export function houseHall(): Mesh {
  const b = new MeshBuilder();
  const [x0, x1, z1] = [-0.95, 1.3, -4.6];
  b.quad(
    [
      [x0, floorY, -0.05],
      [x1, floorY, -0.05],
      [x1, floorY, z1],
      [x0, floorY, z1],
    ],
    { color: [0.3, 0.17, 0.085], material: material.wood, roughness: 0.35 },
  );
  b.quad(
    [
      [x0, floorY, -0.05],
      [x0, floorY, z1],
      [x0, 2.7, z1],
      [x0, 2.7, -0.05],
    ],
    plaster,
  );
  b.quad(
    [
      [x1, floorY, z1],
      [x1, floorY, -0.05],
      [x1, 2.7, -0.05],
      [x1, 2.7, z1],
    ],
    plaster,
  );
  wall(b, x0, x1, floorY, 2.7, z1, { color: [0.5, 0.4, 0.28] });
  b.quad(
    [
      [x0, 2.7, z1],
      [x1, 2.7, z1],
      [x1, 2.7, -0.05],
      [x0, 2.7, -0.05],
    ],
    { color: [0.6, 0.55, 0.46] },
  );
  b.box([x0, floorY, z1], [x0 + 0.02, floorY + 0.14, -0.1], trim);
  b.box([x1 - 0.02, floorY, z1], [x1, floorY + 0.14, -0.1], trim);
  b.quad(
    [
      [x1 - 0.012, 1.25, -2.0],
      [x1 - 0.012, 1.25, -1.4],
      [x1 - 0.012, 2.0, -1.4],
      [x1 - 0.012, 2.0, -2.0],
    ].reverse() as unknown as readonly [Vec3, Vec3, Vec3, Vec3],
    { color: [1, 1, 1], material: material.decal },
    signs.hallPicture,
  );
  b.quad(
    [
      [x0 + 0.012, 1.3, -2.9],
      [x0 + 0.012, 1.3, -3.4],
      [x0 + 0.012, 1.95, -3.4],
      [x0 + 0.012, 1.95, -2.9],
    ],
    { color: [1, 1, 1], material: material.decal },
    signs.hallPicture,
  );
  b.box([-0.5, floorY, z1 + 0.01], [0.35, 2.2, z1 + 0.05], { color: [0.42, 0.34, 0.25], roughness: 0.6 });
  b.box([0.75, floorY, -3.1], [1.28, 0.95, -2.5], { color: [0.16, 0.085, 0.045], material: material.wood });
  b.rod([1.02, 0.95, -2.8], [1.02, 1.22, -2.8], [0.05, 0.03], { color: [0.4, 0.36, 0.3] }, 12);
  b.rod([1.02, 1.2, -2.8], [1.02, 1.46, -2.8], [0.17, 0.11], { color: [1, 0.78, 0.46], glow: 2.6 }, 18);
  return b.build();
}

export function houseDoor(): Mesh {
  const b = new MeshBuilder();
  const red: Surface = { color: [0.19, 0.03, 0.028], roughness: 0.45 };
  b.box([0, floorY + 0.03, -0.05], [0.92, 2.25, 0], red);
  for (const [y0, y1] of [
    [0.36, 0.95],
    [1.08, 1.42],
  ] as const)
    for (const x of [0.11, 0.5])
      b.box([x, y0, 0], [x + 0.31, y1, 0.012], { color: [0.23, 0.038, 0.034], roughness: 0.45 });
  b.box([0.11, 1.55, 0], [0.81, 2.1, 0.01], { color: [0.02, 0.018, 0.016], material: material.glass });
  b.box([0.45, 1.55, 0.0], [0.475, 2.1, 0.02], red);
  b.ellipsoid([0.84, 1.1, 0.045], [0.03, 0.03, 0.03], { color: [0.5, 0.36, 0.12], roughness: 0.25 }, 10);
  const chance = seeded(44);
  for (let i = 0; i < 120; i++) {
    const a = (i / 120) * Math.PI * 2;
    const r = 0.19 + (chance() - 0.5) * 0.06;
    const berry = i % 11 === 0;
    b.ellipsoid(
      [0.46 + Math.cos(a) * r, 1.62 + Math.sin(a) * r, 0.04 + chance() * 0.03],
      berry ? [0.016, 0.016, 0.016] : [0.035, 0.012, 0.02],
      { color: berry ? [0.5, 0.02, 0.02] : [0.03, 0.1, 0.04], roughness: 0.8 },
      4,
    );
  }
  return b.build();
}
