import { type Mesh, MeshBuilder, material, type Surface } from './mesh.ts';
import type { Item } from './picture.ts';
import { type Field, meshField, polygon, roundBox, softMax } from './sdf.ts';
import { signs } from './sign-art.ts';
import { ease, type Mat4, multiply, rotationY, translation, type Vec3 } from './vec.ts';

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

function makeExtras(paint: Vec3): Mesh {
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
  return builder.build();
}

/** The bonnet alone, as the camera behind a windscreen sees it. */
export function bonnet(paint: Vec3): Mesh {
  const front: Field = (x, y, z) => Math.max(bodyField(x, y, z), 0.95 - z, 0.62 - y);
  const surface: Surface = { color: paint, material: material.carPaint, roughness: 0.3 };
  return meshField(front, {
    low: [-1.05, 0.55, 0.85],
    high: [1.05, 1.15, 2.56],
    cell: 0.05,
    surface,
    uv: () => [1024 / 2048, 0],
  });
}

export class Car {
  readonly #meshes: CarMeshes;

  constructor(paint: Vec3, options: { readonly openDoor?: boolean } = {}) {
    const { openDoor = false } = options;
    const surface: Surface = { color: paint, material: material.carPaint, roughness: 0.3 };
    const limits = { low: [-1.05, 0.15, -2.56] as Vec3, high: [1.05, 1.56, 2.56] as Vec3, cell: 0.042 };
    const hollow: Field = (x, y, z) =>
      softMax(bodyField(x, y, z), -Math.max(doorway(x, y, z), -(bodyField(x, y, z) + 10)), 0.012);
    const inside: Surface = { color: [0.035, 0.033, 0.032], roughness: 0.9 };
    const body = meshField(openDoor ? hollow : bodyField, {
      ...limits,
      surface: (p) => (openDoor && doorway(...p) < 0.012 && bodyField(...p) < -0.03 ? inside : surface),
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
        })
      : null;
    this.#meshes = { body, door, wheel: makeWheel(), extras: makeExtras(paint) };
  }

  /** `door` opens to 1 (about sixty degrees); `lamps` is the brightness of its painted lamps. */
  items(
    place: Vec3,
    heading: number,
    state: { readonly door?: number; readonly lamps?: number } = {},
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
    return items;
  }
}
