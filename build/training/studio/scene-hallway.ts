import { along, Figure, lookToward, type Pose, standing, talking, walking } from './figure.ts';
import { wornLens } from './handheld.ts';
import { type Mesh, MeshBuilder, material, type Rect, type Surface } from './mesh.ts';
import { corridor } from './people.ts';
import type { Air, Item, Lens, Light } from './picture.ts';
import type { Scene } from './scene.ts';
import { signs } from './sign-art.ts';
import { add, identity, type Vec3 } from './vec.ts';

/** A school corridor before a home game, seen by the resource officer walking towards +Z. */
const half = 1.75;
const top = 2.8;
const end = 30;
const path = [
  [0, 0.15, 0],
  [11, -0.1, 6.4],
] as const;

const air: Air = {
  zenith: [0.2, 0.205, 0.21],
  horizon: [0.17, 0.17, 0.165],
  ground: [0.11, 0.105, 0.095],
  sunDirection: [0, 0, 1],
  sunGlow: [0, 0, 0],
  ambient: [0.05, 0.052, 0.054],
  clouds: 0,
  stars: 0,
  fog: 0.004,
  wet: 0,
};

const cream: Surface = { color: [0.56, 0.52, 0.42], roughness: 0.75 };

/** A rectangle on the left (+X) or right (-X) wall, from z0 to z1. */
function onWall(
  b: MeshBuilder,
  side: 1 | -1,
  depth: number,
  z0: number,
  z1: number,
  y0: number,
  y1: number,
  surface: Surface,
  uv?: Rect,
): void {
  const x = side * (half - depth);
  const corners: readonly [Vec3, Vec3, Vec3, Vec3] =
    side === 1
      ? [
          [x, y0, z0],
          [x, y0, z1],
          [x, y1, z1],
          [x, y1, z0],
        ]
      : [
          [x, y0, z1],
          [x, y0, z0],
          [x, y1, z0],
          [x, y1, z1],
        ];
  const [left = 0, upper = 0, right = 1, lower = 1] = uv ?? [];
  b.quad(corners, surface, [left, upper, right, lower]);
}

function shell(): Mesh {
  const b = new MeshBuilder();
  b.quad(
    [
      [-half, 0, end],
      [half, 0, end],
      [half, 0, -4],
      [-half, 0, -4],
    ],
    { color: [0.52, 0.5, 0.45], material: material.tiles, roughness: 0.26 },
  );
  b.quad(
    [
      [-half, top, -4],
      [half, top, -4],
      [half, top, end],
      [-half, top, end],
    ],
    { color: [0.62, 0.62, 0.6], material: material.concrete, roughness: 0.95 },
  );
  for (const side of [1, -1] as const) {
    onWall(b, side, 0, -4, end, 0, top, cream);
    onWall(b, side, 0.012, -4, end, 0, 0.1, { color: [0.04, 0.04, 0.045] });
    const runs =
      side === 1
        ? [
            [-4, 4.2],
            [6.4, 14.0],
            [16.2, end],
          ]
        : [
            [-4, 8.6],
            [10.8, 20],
            [22.2, end],
          ];
    for (const [z0 = 0, z1 = 0] of runs) {
      onWall(b, side, 0.3, z0, z1, 0.1, 1.86, {
        color: side === 1 ? [0.1, 0.2, 0.36] : [0.11, 0.215, 0.38],
        material: material.locker,
        roughness: 0.34,
      });
      const x = side * (half - 0.15);
      b.box([x - 0.15, 1.86, z0], [x + 0.15, 1.93, z1], { color: [0.08, 0.15, 0.27], roughness: 0.4 });
      for (const z of [z0, z1])
        b.box([x - 0.15, 0, z - 0.01], [x + 0.15, 1.86, z + 0.01], { color: [0.08, 0.15, 0.27], roughness: 0.4 });
    }
  }
  for (const [side, z] of [
    [1, 4.6],
    [1, 14.4],
    [-1, 9.0],
    [-1, 20.4],
  ] as const)
    roomDoor(b, side, z);
  for (let z = -1.5; z < end; z += 3) {
    b.box([-0.62, top - 0.03, z - 0.32], [0.62, top - 0.005, z + 0.32], { color: [0.7, 0.7, 0.7] });
    b.quad(
      [
        [-0.56, top - 0.035, z - 0.26],
        [0.56, top - 0.035, z - 0.26],
        [0.56, top - 0.035, z + 0.26],
        [-0.56, top - 0.035, z + 0.26],
      ],
      { color: [0.93, 0.97, 1], glow: 3.1 },
    );
  }
  for (let z = -4; z < end; z += 0.61)
    b.box([-half, top - 0.004, z], [half, top - 0.002, z + 0.012], { color: [0.4, 0.4, 0.4] });
  farEnd(b);
  return b.build();
}

function roomDoor(b: MeshBuilder, side: 1 | -1, z: number): void {
  onWall(b, side, 0.02, z - 0.08, z + 1.22, 0, 2.22, { color: [0.24, 0.25, 0.27] });
  onWall(b, side, 0.035, z, z + 1.14, 0.01, 2.14, {
    color: [0.36, 0.22, 0.11],
    material: material.wood,
    roughness: 0.45,
  });
  onWall(b, side, 0.045, z + 0.76, z + 0.96, 1.1, 1.8, { color: [0.5, 0.52, 0.5], glow: 0.7 });
  onWall(b, side, 0.05, z + 0.1, z + 0.2, 1.0, 1.12, { color: [0.5, 0.5, 0.5], roughness: 0.3 });
  onWall(
    b,
    side,
    0.02,
    z + 1.4,
    z + 1.75,
    1.5,
    1.68,
    { color: [1, 1, 1], material: material.decal, roughness: 0.5 },
    signs.room,
  );
}

function farEnd(b: MeshBuilder): void {
  const paint: Surface = { color: [0.5, 0.47, 0.4], roughness: 0.8 };
  const flat = (x0: number, x1: number, y0: number, y1: number, z: number, surface: Surface, uv?: Rect): void => {
    b.quad(
      [
        [x1, y0, z],
        [x0, y0, z],
        [x0, y1, z],
        [x1, y1, z],
      ],
      surface,
      uv,
    );
  };
  flat(-half, half, 0, top, end, paint);
  for (const x of [-0.93, 0.03]) {
    flat(x, x + 0.9, 0, 2.2, end - 0.03, { color: [0.12, 0.16, 0.22], roughness: 0.4 });
    flat(x + 0.18, x + 0.72, 1.0, 2.0, end - 0.05, { color: [0.012, 0.016, 0.03], material: material.glass });
  }
  flat(-0.3, 0.3, 2.36, 2.62, end - 0.05, { color: [1, 1, 1], material: material.decal, glow: 1.2 }, signs.exit);
  const z = 11.5;
  flat(
    -1.35,
    1.35,
    2.22,
    2.7,
    z,
    { color: [0.9, 0.9, 0.9], material: material.decal, roughness: 0.9, glow: 0.06 },
    signs.banner,
  );
  onWall(b, 1, 0.02, 5.98, 6.3, 2.02, 2.34, { color: [1, 1, 1], material: material.decal }, signs.clock);
  onWall(b, -1, 0.015, 10.3, 10.7, 1.2, 1.8, { color: [1, 1, 1], material: material.decal }, signs.posterGame);
  onWall(b, 1, 0.015, 4.25, 4.5, 1.25, 1.65, { color: [1, 1, 1], material: material.decal }, signs.posterRead);
  onWall(b, 1, 0.015, 15.6, 16.1, 1.2, 1.95, { color: [1, 1, 1], material: material.decal }, signs.posterGame);
}

type Role = { readonly look: number; readonly pose: (time: number) => Pose; readonly coarse?: number };

function walker(
  route: readonly (readonly [number, number, number])[],
  seed: number,
  extra: (time: number) => Partial<Pose>,
): (time: number) => Pose {
  return (time) => {
    const { position, distance, heading } = along(route, time);
    return { ...walking(position, heading, distance, time, seed, 0.92), ...extra(time) };
  };
}

const roles: readonly Role[] = [
  {
    look: 0,
    pose: walker(
      [
        [-1, -0.62, 10.4],
        [12, -0.75, -4.4],
      ],
      0.4,
      (t) => ({ headYaw: 0.25 * Math.sin(t * 0.9), mouth: talking(t, [[2.5, 4.5]], 2) }),
    ),
  },
  {
    look: 1,
    coarse: 1.7,
    pose: walker(
      [
        [-1, 0.82, 2.4],
        [13, 0.55, 14.6],
      ],
      1.7,
      (t) => ({
        headYaw: t > 2.4 && t < 5.4 ? 1.1 * Math.sin(((t - 2.4) / 3) * Math.PI) : 0,
        twist: t > 2.4 && t < 5.4 ? 0.3 * Math.sin(((t - 2.4) / 3) * Math.PI) : 0,
      }),
    ),
  },
  {
    look: 2,
    pose: (t) => {
      const still = standing([-1.02, 0, 7.9], 2.1, t, 23);
      const nod = 0.12 * Math.sin(t * 3) * (t % 4 > 2.6 ? 1 : 0);
      return {
        ...still,
        headPitch: still.headPitch + nod,
        mouth: talking(
          t,
          [
            [0.5, 2.2],
            [6.0, 8.0],
          ],
          4,
        ),
        right: { swing: 0.5, out: 0.2, elbow: 1.35 + 0.15 * Math.sin(t * 2.1), twist: -0.4 },
      };
    },
  },
  {
    look: 4,
    pose: (t) => {
      const at: Vec3 = [-0.72, 0, 8.65];
      const still = standing(at, -2.75, t, 25);
      const watch = lookToward(add(at, [0, 1.55, 0]), still.heading, [0, 1.5, along(path, t).position[2]]);
      const turned = t > 5 ? Math.min(1, (t - 5) / 0.7) : 0;
      return {
        ...still,
        headYaw: watch.headYaw * turned + 0.35 * (1 - turned),
        mouth: talking(t, [[2.6, 4.6]], 8),
        left: { swing: 0.45, out: 0.12, elbow: 1.5, twist: -0.5 },
        right: { swing: 0.45, out: 0.12, elbow: 1.5, twist: -0.5 },
      };
    },
  },
  {
    look: 3,
    pose: walker(
      [
        [-1, 0.35, 17.5],
        [12, 0.72, 2.6],
      ],
      2.6,
      (t) => ({ headPitch: -0.05, headYaw: -0.2 + 0.15 * Math.sin(t), mouth: talking(t, [[5, 8.5]], 6) }),
    ),
  },
];

const lens: Lens = {
  eye: [0, 0, 0],
  target: [0, 0, 1],
  roll: 0,
  view: 0.98,
  bend: 0.18,
  exposure: 1.15,
  vignette: 0.4,
  grain: 0.012,
  saturation: 1.02,
  night: 0,
};

export function hallwayScene(): Scene {
  const walls: Item = { mesh: shell(), model: identity(), castsShadow: false };
  const people = roles.map(({ look, pose, coarse = 1.25 }) => {
    const chosen = corridor[look];
    if (chosen === undefined) throw new Error(`There is no person ${look} in the corridor.`);
    return { figure: new Figure(chosen, coarse), pose };
  });
  return {
    pictureAt: (time) => {
      const { position, distance } = along(path, time);
      const eye = add(position, [0, 1.36, 0]);
      const poses = people.map(({ figure, pose }) => ({ figure, pose: pose(time) }));
      const visible = poses.filter(({ pose }) => pose.position[2] > position[2] - 0.3);
      const items = [...visible.flatMap(({ figure, pose }) => figure.items(pose)), walls];
      const near = Math.max(2, position[2] + 4);
      const lights: Light[] = [
        {
          position: [0.3, 9, near],
          direction: [-0.08, -1, 0.1],
          color: [0.34, 0.345, 0.35],
          range: 40,
          sun: true,
          shadow: true,
          shadowHalf: 9,
        },
        ...[1.5, 7.5, 13.5, 19.5].map(
          (z): Light => ({ position: [0, top - 0.25, z], color: [1.5, 1.55, 1.6], range: 9 }),
        ),
      ];
      const blobs = visible.map(({ pose }): readonly [number, number, number, number] => [
        pose.position[0],
        pose.position[2],
        0.42,
        0.55,
      ]);
      const aimed = wornLens(
        { ...lens, eye, target: add(eye, [Math.sin(time * 0.45) * 0.5 - 0.15, -0.06, 4]) },
        time,
        71,
        { distance, moving: 0.8 },
      );
      return { items, lights, blobs, air, lens: aimed, mirror: true };
    },
  };
}
