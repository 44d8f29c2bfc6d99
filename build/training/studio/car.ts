import { type Mesh, MeshBuilder, material, type Surface } from './mesh.ts';
import type { Item } from './picture.ts';
import { type Field, meshField, polygon, roundBox, softMax } from './sdf.ts';
import { signs } from './sign-art.ts';
import { ease, identity, type Mat4, multiply, rotationY, scaling, translation, type Vec3 } from './vec.ts';

/** Cars face +Z, the driver sits at +X. Origin on the ground below the middle. */
const profile = polygon([
  [-2.4, 0.3],
  [-2.46, 0.5],
  [-2.43, 0.78],
  [-2.34, 1.0],
  [-2.2, 1.05],
  [-1.74, 1.08],
  [-1.0, 1.425],
  [-0.5, 1.475],
  [0.0, 1.475],
  [0.4, 1.42],
  [1.14, 1.02],
  [1.75, 0.93],
  [2.2, 0.84],
  [2.42, 0.7],
  [2.46, 0.5],
  [2.4, 0.27],
  [2.2, 0.21],
  [-2.2, 0.21],
]);

const bodyField: Field = (x, y, z) => {
  const side = Math.abs(x);
  const ends = ease(1.5, 2.5, Math.abs(z));
  const half =
    0.915 -
    0.13 * ends -
    Math.max(0, y - 0.94) * 0.44 -
    0.05 * ease(0.5, 0.2, y) +
    0.012 * ease(0.86, 0.9, y) * ease(1.0, 0.95, y);
  let d = softMax(profile(z, y), (side - half) * 0.92, 0.13);
  for (const axle of [1.44, -1.4]) d = softMax(d, -Math.max(Math.hypot(z - axle, y - 0.33) - 0.385, 0.55 - side), 0.02);
  return d;
};

const doorway = roundBox([0.9, 0.86, 0.39], [0.42, 0.53, 0.585], 0.08);

type CarMeshes = { readonly body: Mesh; readonly door: Mesh | null; readonly wheel: Mesh; readonly extras: Mesh };

function makeWheel(): Mesh {
  const builder = new MeshBuilder();
  builder.rod([-0.11, 0, 0], [0.11, 0, 0], [0.335, 0.335], { color: [0.016, 0.016, 0.017], roughness: 0.9 }, 28);
  builder.quad(
    [
      [0.113, -0.31, 0.31],
      [0.113, -0.31, -0.31],
      [0.113, 0.31, -0.31],
      [0.113, 0.31, 0.31],
    ],
    { color: [1, 1, 1], material: material.decal, roughness: 0.35 },
    signs.wheel,
  );
  builder.quad(
    [
      [-0.113, -0.31, -0.31],
      [-0.113, -0.31, 0.31],
      [-0.113, 0.31, 0.31],
      [-0.113, 0.31, -0.31],
    ],
    { color: [1, 1, 1], material: material.decal, roughness: 0.35 },
    signs.wheel,
  );
  return builder.build();
}

function makeExtras(paint: Vec3, police: boolean): Mesh {
  const builder = new MeshBuilder();
  const dark: Surface = { color: [0.02, 0.02, 0.022], roughness: 0.6 };
  for (const s of [1, -1]) {
    builder.ellipsoid(
      [s * 1.0, 1.04, 0.92],
      [0.1, 0.07, 0.055],
      { color: paint, material: material.glass, roughness: 0.3 },
      8,
    );
    builder.box([s * 0.86 - 0.05, 0.98, 0.87], [s * 0.86 + 0.05, 1.02, 0.95], dark);
  }
  builder.quad(
    [
      [0.17, 0.69, -2.475],
      [-0.17, 0.69, -2.475],
      [-0.17, 0.865, -2.462],
      [0.17, 0.865, -2.462],
    ],
    { color: [0.55, 0.55, 0.55], material: material.decal, roughness: 0.9, glow: 0.1 },
    signs.plate,
  );
  builder.rod([-0.55, 0.27, -2.45], [-0.55, 0.27, -2.2], [0.04, 0.04], { color: [0.3, 0.3, 0.3], roughness: 0.3 }, 12);
  if (police) {
    builder.box([-0.62, 1.49, -0.28], [0.62, 1.53, 0.02], dark);
    builder.box([-0.3, 1.53, -0.26], [0.3, 1.6, 0], {
      color: [0.06, 0.06, 0.07],
      material: material.glass,
      roughness: 0.1,
    });
    builder.rod([-0.7, 0.5, 2.56], [0.7, 0.5, 2.56], [0.03, 0.03], dark, 10);
  }
  return builder.build();
}

export class Car {
  readonly #meshes: CarMeshes;
  readonly #lamps: readonly [Mesh, Mesh] | null;

  constructor(paint: Vec3, options: { readonly police?: boolean; readonly openDoor?: boolean } = {}) {
    const { police = false, openDoor = false } = options;
    const corner: Vec3 = police ? [1024, 0, 0] : [0, 0, 0];
    const surface: Surface = { color: paint, material: material.carPaint, roughness: 0.3 };
    const uv = (): readonly [number, number] => [corner[0] / 2048, corner[1] / 2048];
    const limits = { low: [-1.05, 0.15, -2.56] as Vec3, high: [1.05, 1.56, 2.56] as Vec3, cell: 0.042 };
    const hollow: Field = (x, y, z) =>
      softMax(bodyField(x, y, z), -Math.max(doorway(x, y, z), -(bodyField(x, y, z) + 10)), 0.012);
    const inside: Surface = { color: [0.035, 0.033, 0.032], roughness: 0.9 };
    const body = meshField(openDoor ? hollow : bodyField, {
      ...limits,
      surface: (p) => (openDoor && doorway(...p) < 0.012 && bodyField(...p) < -0.03 ? inside : surface),
      uv,
    });
    const panel: Field = (x, y, z) =>
      softMax(
        Math.max(bodyField(x, y, z), -(bodyField(x, y, z) + 0.07)),
        Math.max(doorway(x, y, z) + 0.006, 0.6 - x),
        0.012,
      );
    const door = openDoor
      ? meshField(panel, {
          low: [0.5, 0.2, -0.3],
          high: [1.05, 1.5, 1.1],
          cell: 0.03,
          surface: (p) => (bodyField(...p) < -0.03 ? inside : surface),
          uv,
        })
      : null;
    this.#meshes = { body, door, wheel: makeWheel(), extras: makeExtras(paint, police) };
    const lamp = (x: number, color: Vec3): Mesh =>
      new MeshBuilder().box([x - 0.3, 1.53, -0.26], [x + 0.3, 1.61, 0], { color, glow: 14 }).build();
    this.#lamps = police ? [lamp(0.33, [1, 0.05, 0.06]), lamp(-0.33, [0.06, 0.16, 1])] : null;
  }

  /** `door` opens to 1 (about sixty degrees); `red` and `blue` light the bar on the roof. */
  items(
    place: Vec3,
    heading: number,
    state: {
      readonly door?: number;
      readonly lamps?: number;
      readonly red?: number;
      readonly blue?: number;
      readonly roll?: number;
    } = {},
  ): readonly Item[] {
    const model = multiply(translation(place), rotationY(heading));
    const lamps = state.lamps ?? 1;
    const { body, door, wheel, extras } = this.#meshes;
    const items: Item[] = [
      { mesh: body, model, lamps },
      { mesh: extras, model },
    ];
    for (const [x, z] of [
      [0.8, 1.44],
      [-0.8, 1.44],
      [0.8, -1.4],
      [-0.8, -1.4],
    ] as const) {
      items.push({ mesh: wheel, model: multiply(model, translation([x, 0.335, z])) });
    }
    if (door !== null) {
      const hinge: Vec3 = [0.9, 0, 0.96];
      const swing: Mat4 = multiply(
        translation(hinge),
        rotationY(-(state.door ?? 0) * 1.05),
        translation([-hinge[0], 0, -hinge[2]]),
      );
      items.push({ mesh: door, model: multiply(model, swing), lamps });
    }
    this.#lamps?.forEach((mesh, i) => {
      const power = (i === 0 ? state.red : state.blue) ?? 0;
      if (power > 0.05)
        items.push({ mesh, model: multiply(model, scaling([1, 1, 1]), identity()), castsShadow: false });
    });
    return items;
  }
}
