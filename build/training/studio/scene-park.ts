import { drift, seeded } from './chance.ts';
import { along, between, Figure, type Pose, standing, talking, walking } from './figure.ts';
import { wornLens } from './handheld.ts';
import { type Mesh, MeshBuilder, material, type Surface } from './mesh.ts';
import { card, distantHouse, ground, streetLamp } from './outdoors.ts';
import { runner } from './people.ts';
import type { Air, Item, Lens, Light } from './picture.ts';
import type { Scene } from './scene.ts';
import { signs } from './sign-art.ts';
import { add, ease, identity, mix, mix3, multiply, rotationY, scaling, translation, type Vec3 } from './vec.ts';

/** A foot search after dark: torch light, a runner behind the trees, hands raised. The officer runs towards +Z. */
const path = [
  [0, 0.4, -7],
  [5.8, 0.1, 2.4],
  [8.6, 0.3, 5.3],
] as const;
const flight = [
  [1.2, -6.2, 9.5],
  [4.4, -0.4, 8.2],
  [6.2, 1.0, 8.6],
] as const;

const air: Air = {
  zenith: [0.0045, 0.007, 0.017],
  horizon: [0.018, 0.019, 0.026],
  ground: [0.006, 0.006, 0.006],
  sunDirection: [0.6, 0, 0.8],
  sunGlow: [0.05, 0.04, 0.035],
  ambient: [0.006, 0.007, 0.011],
  clouds: 0.5,
  stars: 1.2,
  fog: 0.012,
  wet: 0.3,
};

const steel: Surface = { color: [0.35, 0.36, 0.38], roughness: 0.35 };
const bark: Surface = { color: [0.16, 0.13, 0.105], material: material.bark, roughness: 0.95 };

function trunk(seed: number): Mesh {
  const chance = seeded(seed);
  const b = new MeshBuilder();
  let from: Vec3 = [0, -0.05, 0];
  let thick = 0.3;
  for (let i = 0; i < 7; i++) {
    const to: Vec3 = [from[0] + (chance() - 0.5) * 0.2, from[1] + 0.95, from[2] + (chance() - 0.5) * 0.2];
    b.rod(from, to, [thick, thick * 0.88], bark, 14);
    if (i > 2)
      b.rod(to, add(to, [(chance() - 0.5) * 3, 1 + chance(), (chance() - 0.5) * 3]), [thick * 0.45, 0.03], bark, 7);
    from = to;
    thick *= 0.88;
  }
  for (let i = 0; i < 6; i++) {
    const a = (i / 6) * 6.28 + chance();
    b.rod([0, 0.35, 0], [Math.cos(a) * 0.62, -0.06, Math.sin(a) * 0.62], [0.16, 0.05], bark, 7);
  }
  return b.build();
}

function playground(): Mesh {
  const b = new MeshBuilder();
  for (const z of [0, 3.4]) for (const x of [-0.9, 0.9]) b.rod([x, 0, z], [0, 2.5, z], [0.045, 0.045], steel, 10);
  b.rod([0, 2.5, -0.1], [0, 2.5, 3.5], [0.05, 0.05], steel, 10);
  for (const z of [0.95, 2.3]) {
    for (const dz of [-0.22, 0.22]) b.rod([0, 2.46, z + dz], [0.08, 0.56, z + dz], [0.012, 0.012], steel, 5);
    b.box([-0.06, 0.52, z - 0.26], [0.22, 0.56, z + 0.26], { color: [0.28, 0.05, 0.03], roughness: 0.6 });
  }
  return b.build();
}

function bench(): Mesh {
  const b = new MeshBuilder();
  const wood: Surface = { color: [0.26, 0.16, 0.08], material: material.wood, roughness: 0.7 };
  for (const [y, z] of [
    [0.45, 0],
    [0.45, 0.14],
    [0.45, 0.28],
    [0.62, -0.1],
    [0.78, -0.14],
  ] as const)
    b.box([-0.8, y, z], [0.8, y + 0.035, z + 0.11], wood);
  for (const x of [-0.65, 0.65])
    b.box([x - 0.03, 0, -0.1], [x + 0.03, 0.9, 0.36], { color: [0.03, 0.03, 0.03], roughness: 0.5 });
  return b.build();
}

function sign(): Mesh {
  const b = new MeshBuilder();
  for (const x of [-0.62, 0.62])
    b.box([x - 0.05, 0, -0.05], [x + 0.05, 1.55, 0.05], { color: [0.2, 0.13, 0.07], material: material.wood });
  b.box([-0.66, 0.62, -0.03], [0.66, 1.48, 0.03], { color: [0.15, 0.1, 0.06], material: material.wood });
  b.quad(
    [
      [0.6, 0.66, -0.035],
      [-0.6, 0.66, -0.035],
      [-0.6, 1.44, -0.035],
      [0.6, 1.44, -0.035],
    ],
    { color: [1, 1, 1], material: material.decal, roughness: 0.9 },
    signs.parkSign,
  );
  return b.build();
}

function runnerPose(time: number): Pose {
  const { position, distance, heading } = along(flight, time);
  const running: Pose = {
    ...walking(position, heading, distance * 0.62, time, 0.9, 1.75),
    lean: 0.28,
    headYaw: time > 3 && time < 4 ? -0.9 * Math.sin((time - 3) * Math.PI) : 0,
  };
  const facing = standing([1.0, 0, 8.6], Math.PI + 0.2, time, 15);
  const stopped = ease(5.4, 6.4, time);
  const up = ease(7.0, 8.2, time);
  const pant = Math.sin(time * 5.2) * 0.02;
  const caught: Pose = {
    ...facing,
    lean: 0.06 + pant,
    headPitch: -0.04 + pant,
    mouth: Math.max(talking(time, [[9.4, 10.8]], 3), 0.22 + pant * 4),
    left: { swing: mix(0.2, 0.5, up), out: mix(0.2, 1.15, up), elbow: mix(0.4, 1.75, up), twist: mix(0, -1.25, up) },
    right: { swing: mix(0.2, 0.45, up), out: mix(0.2, 1.2, up), elbow: mix(0.4, 1.7, up), twist: mix(0, -1.25, up) },
    blink: Math.max(facing.blink, 0.35),
  };
  return between(running, caught, stopped);
}

const lens: Lens = {
  eye: [0, 0, 0],
  target: [0, 0, 1],
  roll: 0,
  view: 1.0,
  bend: 0.2,
  exposure: 1.9,
  vignette: 0.6,
  grain: 0.026,
  saturation: 0.92,
  night: 1,
};

function lensAt(time: number): Lens {
  const { position, distance, moving } = along(path, time);
  const eye = add(position, [0, 1.36, 0]);
  const sweep: Vec3 = [Math.sin(time * 1.1 - 0.6) * 2.6 - 0.6, 1.0, 9];
  const quarry = add(runnerPose(time).position, [0, 1.15, 0]);
  const target = mix3(sweep, quarry, ease(2.6, 3.6, time));
  return wornLens({ ...lens, eye, target }, time, 93, { distance, moving }, mix(1.9, 0.9, ease(6, 8, time)));
}

function lightsAt(time: number): readonly Light[] {
  const { eye, target } = lensAt(time);
  const hand = add(eye, [0.26, 0.1, 0.3]);
  const jitter: Vec3 = [drift(time * 2.3, 5) * 0.5, drift(time * 2.6, 6) * 0.3, 0];
  const aim = add(target, jitter);
  const toward: Vec3 = [aim[0] - hand[0], aim[1] - hand[1], aim[2] - hand[2]];
  return [
    { position: hand, direction: toward, cone: [0.07, 0.34], color: [30, 30, 29.4], range: 45, shadow: true },
    { position: hand, direction: toward, cone: [0.3, 0.85], color: [1.7, 1.7, 1.75], range: 16 },
    { position: [13, 7.2, 22], direction: [0, -1, 0], cone: [0.6, 1.3], color: [55, 36, 16], range: 24 },
    { position: [-20, 14, -6], color: [20, 24, 34], range: 60 },
  ];
}

export function parkScene(): Scene {
  const place = (x: number, z: number, turn = 0, size = 1): Item['model'] =>
    multiply(translation([x, 0, z]), rotationY(turn), scaling([size, size, size]));
  const flat = { castsShadow: false, mirrored: false } as const;
  const trunks = [trunk(3), trunk(8)];
  const items: Item[] = [
    { mesh: playground(), model: place(-4.2, 11.5, 1.2) },
    { mesh: bench(), model: place(3.1, 5.2, -2.5) },
    { mesh: sign(), model: place(-2.3, 3.2, 0.25) },
  ];
  for (const [i, x, z, size] of [
    [0, -2.9, 7.2, 1],
    [1, 2.9, 9.6, 1.1],
    [0, 5.2, 3.8, 1.2],
    [1, -5.4, 4.5, 1.15],
    [0, -0.9, 13.5, 0.9],
    [1, 5.8, 14, 1],
  ] as const) {
    const mesh = trunks[i];
    if (mesh !== undefined) items.push({ mesh, model: place(x, z, x, size) });
  }
  const cards = { a: card('treeA', 11), b: card('treeB', 10), s: card('spruce', 9), h: card('hedge', 2) };
  for (const [kind, x, z] of [
    ['a', -9, 20],
    ['b', -3, 24],
    ['s', 3.4, 21],
    ['a', 8, 26],
    ['b', 13, 18],
    ['s', -13, 17],
    ['h', 0, 27],
    ['h', 7, 28],
    ['h', -8, 26],
    ['s', 17, 27],
    ['b', -16, 26],
  ] as const) {
    items.push({ mesh: cards[kind], model: place(x, z, Math.sin(x) * 0.3), castsShadow: false });
  }
  items.push(
    { mesh: streetLamp(), model: place(11, 22), castsShadow: false },
    { mesh: distantHouse(31), model: place(-16, 44, 3.0), castsShadow: false },
    {
      mesh: ground(
        -1.1,
        1.3,
        -12,
        40,
        { color: [0.16, 0.145, 0.125], material: material.concrete, roughness: 0.95 },
        0.01,
      ),
      model: identity(),
      ...flat,
    },
    {
      mesh: ground(-60, 60, -12, 60, { color: [0.07, 0.082, 0.035], material: material.grass, roughness: 1 }),
      model: identity(),
      ...flat,
    },
  );
  const quarry = new Figure(runner);
  return {
    pictureAt: (time) => {
      const pose = runnerPose(time);
      const people = time > 1.1 ? quarry.items(pose) : [];
      return {
        items: [...people, ...items],
        lights: lightsAt(time),
        blobs: [[pose.position[0], pose.position[2], 0.4, 0.4]],
        air,
        lens: lensAt(time),
        mirror: false,
      };
    },
  };
}
