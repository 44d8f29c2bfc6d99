import { along, between, Figure, lookToward, type Pose, standing, talking, walking } from './figure.ts';
import { wornLens } from './handheld.ts';
import { floorY, houseDoor, houseFront, houseHall } from './house.ts';
import { material } from './mesh.ts';
import { card, ground } from './outdoors.ts';
import { child, resident } from './people.ts';
import type { Air, Item, Lens, Light } from './picture.ts';
import type { Scene } from './scene.ts';
import { add, ease, identity, mix, mix3, multiply, rotationY, translation } from './vec.ts';

/** A call at number 418 after dark. The front of the house is the plane z = 0, the officer comes up the path towards -Z. */
const path = [
  [0, 0.35, 7.4],
  [0.4, 0.35, 7.2],
  [4.7, 0.06, 1.42],
] as const;
const opens: readonly [number, number] = [7.3, 8.5];
const residentSpeaks = [
  [8.9, 10.4],
  [12.3, 13.6],
] as const;

const air: Air = {
  zenith: [0.008, 0.011, 0.024],
  horizon: [0.026, 0.024, 0.03],
  ground: [0.012, 0.011, 0.011],
  sunDirection: [0, 0, -1],
  sunGlow: [0, 0, 0],
  ambient: [0.014, 0.014, 0.018],
  clouds: 0.3,
  stars: 0.9,
  fog: 0.004,
  wet: 0.2,
};

function residentPose(time: number): Pose {
  const idle = standing([0.08, floorY, -0.36], 0.06, time, 13);
  const before: Pose = { ...idle, position: [0.25, floorY, -0.95] };
  const pose = between(before, idle, ease(7.9, 9.0, time));
  const turns = ease(10.5, 10.9, time) * (1 - ease(11.8, 12.2, time));
  const onDoor = 1 - ease(8.6, 9.4, time);
  return {
    ...pose,
    headYaw: pose.headYaw - turns * 0.95,
    headPitch: pose.headPitch - turns * 0.28 + 0.02,
    twist: -turns * 0.3,
    gaze: [pose.gaze[0] - turns * 0.2, pose.gaze[1]],
    mouth: talking(time, residentSpeaks, 9),
    left: {
      swing: 0.15 + onDoor * 0.9,
      out: 0.16 + onDoor * 0.3,
      elbow: 0.4 + onDoor * 0.4 + 0.9 * ease(12.4, 12.8, time) * (1 - ease(13.5, 14, time)),
      twist: 0.1,
    },
    right: { ...pose.right, elbow: 0.45, swing: 0.1 },
  };
}

function childPose(time: number): Pose {
  const { position, distance, heading, moving } = along(
    [
      [9.4, -0.85, -3.2],
      [9.5, -0.82, -3.1],
      [11.6, -0.47, -1.12],
    ],
    time,
  );
  const place = add(position, [0, floorY, 0]);
  const still = standing(place, 0.25, time, 14);
  const pose = between(still, walking(place, heading, distance * 1.35, time, 0.2, 0.8), moving);
  const look = lookToward(add(place, [0, 1.05, 0]), pose.heading, [0, 1.5, 1.7]);
  return {
    ...pose,
    headYaw: look.headYaw * 0.9,
    headPitch: look.headPitch * 0.8,
    right: { ...pose.right, elbow: 0.5 + 0.9 * ease(11.4, 12, time), swing: 0.3 * ease(11.4, 12, time) },
  };
}

const lens: Lens = {
  eye: [0, 0, 0],
  target: [0, 0, -1],
  roll: 0,
  view: 1.0,
  bend: 0.2,
  exposure: 1.5,
  vignette: 0.55,
  grain: 0.02,
  saturation: 1.02,
  night: 1,
};

function lensAt(time: number): Lens {
  const { position, distance, moving } = along(path, time);
  const eye = add(position, [0, 1.34 + floorY * ease(3.6, 4.3, time), 0]);
  const target = mix3(mix3([-0.1, 1.25, 0], [-0.05, 1.42, 0], ease(3, 5, time)), [0.0, 1.36, -0.5], ease(8, 9.2, time));
  const settled = mix3(target, [-0.12, 1.24, -0.7], ease(10.9, 11.8, time) * 0.8);
  return wornLens({ ...lens, eye, target: settled }, time, 52, { distance, moving });
}

function lightsAt(time: number): readonly Light[] {
  const { eye, target } = lensAt(time);
  const open = ease(opens[0], opens[1], time);
  const torch = 1 - 0.72 * ease(4.2, 5.2, time);
  return [
    {
      position: add(eye, [0.22, -0.05, 0]),
      direction: [target[0] - eye[0], target[1] - eye[1] - 0.25, target[2] - eye[2]],
      cone: [0.1, 0.36],
      color: [16 * torch, 15.5 * torch, 14.5 * torch],
      range: 22,
      shadow: true,
    },
    {
      position: [0.78, 2.12, 0.42],
      direction: [-0.2, -1, 0.12],
      cone: [1.0, 1.5],
      color: [2.5, 1.65, 0.85],
      range: 8,
      shadow: true,
    },
    { position: [0.82, 2.12, 0.34], color: [0.32, 0.2, 0.1], range: 7 },
    {
      position: [0.1, 2.45, -2.1],
      color: [mix(0.1, 2.0, open), mix(0.07, 1.4, open), mix(0.04, 0.78, open)],
      range: 7,
    },
    { position: [1.0, 1.4, -2.7], color: [0.5 * open, 0.34 * open, 0.17 * open], range: 4 },
    { position: [-5, 5.5, 12], color: [7, 7.4, 9], range: 24 },
  ];
}

export function doorScene(): Scene {
  const place = (x: number, z: number): Item['model'] => translation([x, 0, z]);
  const flat = { castsShadow: false, mirrored: false } as const;
  const house: readonly Item[] = [
    { mesh: houseFront(), model: identity() },
    { mesh: houseHall(), model: identity(), castsShadow: false },
    {
      mesh: ground(
        -0.65,
        0.65,
        2.5,
        16,
        { color: [0.27, 0.26, 0.25], material: material.concrete, roughness: 0.9 },
        0.012,
      ),
      model: identity(),
      ...flat,
    },
    {
      mesh: ground(-30, 30, -1, 30, { color: [0.07, 0.085, 0.035], material: material.grass, roughness: 1 }),
      model: identity(),
      ...flat,
    },
    { mesh: card('spruce', 5), model: place(-4.6, 0.9), castsShadow: false },
    { mesh: card('treeB', 9), model: place(6.3, -2), castsShadow: false },
    { mesh: card('hedge', 1.15), model: place(-5.2, 1.2), castsShadow: false },
    { mesh: card('hedge', 1.05), model: place(4.9, 1.3), castsShadow: false },
  ];
  const panel = houseDoor();
  const woman = new Figure(resident);
  const kid = new Figure(child);
  return {
    pictureAt: (time) => {
      const open = ease(opens[0], opens[1], time);
      const items: Item[] = [];
      if (open > 0) items.push(...woman.items(residentPose(time)));
      if (time > 9.3) items.push(...kid.items(childPose(time)));
      items.push({ mesh: panel, model: multiply(translation([-0.46, 0, -0.03]), rotationY(open * 1.62)) }, ...house);
      const walker = along(path, time).position;
      return {
        items,
        lights: lightsAt(time),
        blobs: [
          [0.08, -0.36, 0.4, 0.5],
          [-1.35, 0.4, 0.35, 0.5],
          [1.2, 0.4, 0.35, 0.5],
          [walker[0], walker[2] + 0.3, 0.5, 0.3],
        ],
        air,
        lens: lensAt(time),
        mirror: false,
      };
    },
  };
}
