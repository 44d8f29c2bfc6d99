import { seeded } from './chance.ts';
import { type Mesh, MeshBuilder, material, type Surface } from './mesh.ts';
import { signs } from './sign-art.ts';

export type Plant = 'treeA' | 'treeB' | 'spruce' | 'hedge';

/** A painted plant as an upright card facing -Z and +Z, `height` metres tall. */
export function card(plant: Plant, height: number): Mesh {
  const half = (height * { treeA: 0.64, treeB: 0.64, spruce: 0.543, hedge: 2.55 }[plant]) / 2;
  const surface: Surface = { color: [0.6, 0.6, 0.6], material: material.decal, roughness: 1 };
  return new MeshBuilder()
    .quad(
      [
        [half, 0, 0],
        [-half, 0, 0],
        [-half, height, 0],
        [half, height, 0],
      ],
      surface,
      signs[plant],
    )
    .quad(
      [
        [-half, 0, 0],
        [half, 0, 0],
        [half, height, 0],
        [-half, height, 0],
      ],
      surface,
      signs[plant],
    )
    .build();
}

/** A house across the road with lit windows. Faces +Z. */
export function distantHouse(seed: number): Mesh {
  const chance = seeded(seed);
  const builder = new MeshBuilder();
  const wall: Surface = { color: [0.2 + chance() * 0.1, 0.2, 0.2], material: material.siding, roughness: 0.9 };
  const roof: Surface = { color: [0.04, 0.037, 0.037], roughness: 1 };
  builder.box([-6, 0, -4], [6, 3.2, 4], wall);
  builder.quad(
    [
      [-6.5, 3.1, 4.6],
      [6.5, 3.1, 4.6],
      [6.5, 5.8, 0],
      [-6.5, 5.8, 0],
    ],
    roof,
  );
  builder.quad(
    [
      [6.5, 3.1, -4.6],
      [-6.5, 3.1, -4.6],
      [-6.5, 5.8, 0],
      [6.5, 5.8, 0],
    ],
    roof,
  );
  builder.quad(
    [
      [-6, 3.2, -4],
      [-6, 3.2, 4],
      [-6, 5.8, 0],
      [-6, 5.8, 0.01],
    ],
    wall,
  );
  builder.quad(
    [
      [6, 3.2, 4],
      [6, 3.2, -4],
      [6, 5.8, 0.01],
      [6, 5.8, 0],
    ],
    wall,
  );
  for (const x of [-4, -1.6, 1.2, 4]) {
    const warm = chance() > 0.35;
    const pane: Surface = warm
      ? { color: [1, 0.66, 0.3], glow: 1.1 + chance() * 0.8 }
      : { color: [0.02, 0.025, 0.03], material: material.glass };
    builder.box([x - 0.6, 1.0, 4], [x + 0.6, 2.3, 4.03], { color: [0.5, 0.5, 0.48] });
    builder.quad(
      [
        [x - 0.5, 1.1, 4.05],
        [x + 0.5, 1.1, 4.05],
        [x + 0.5, 2.2, 4.05],
        [x - 0.5, 2.2, 4.05],
      ],
      pane,
    );
  }
  return builder.build();
}

export function streetLamp(): Mesh {
  return new MeshBuilder()
    .rod([0, 0, 0], [0, 7.2, 0], [0.09, 0.06], { color: [0.12, 0.12, 0.12], roughness: 0.6 }, 8)
    .rod([0, 7.2, 0], [1.8, 7.5, 0], [0.05, 0.04], { color: [0.12, 0.12, 0.12], roughness: 0.6 }, 6)
    .box([1.5, 7.4, -0.14], [2.2, 7.52, 0.14], { color: [0.1, 0.1, 0.1] })
    .box([1.55, 7.36, -0.11], [2.15, 7.4, 0.11], { color: [1, 0.72, 0.38], glow: 22 })
    .build();
}

export function utilityPole(): Mesh {
  const builder = new MeshBuilder();
  const wood: Surface = { color: [0.1, 0.08, 0.06], material: material.bark };
  builder.rod([0, 0, 0], [0, 9.5, 0], [0.15, 0.11], wood, 8).rod([-1.2, 8.8, 0], [1.2, 8.8, 0], [0.06, 0.06], wood, 6);
  for (const x of [-1.1, 0, 1.1]) {
    for (let i = 0; i < 8; i++) {
      const sag = (k: number): number => 8.95 - Math.sin((k / 8) * Math.PI) * 0.9;
      builder.rod([x, sag(i), i * 4], [x, sag(i + 1), (i + 1) * 4], [0.014, 0.014], { color: [0.01, 0.01, 0.01] }, 4);
    }
  }
  return builder.build();
}

/** Flat ground with its own winding, as rows of pieces so that light and fog vary over it. */
export function ground(x0: number, x1: number, z0: number, z1: number, surface: Surface, y = 0): Mesh {
  return new MeshBuilder()
    .quad(
      [
        [x0, y, z1],
        [x1, y, z1],
        [x1, y, z0],
        [x0, y, z0],
      ],
      surface,
    )
    .build();
}
