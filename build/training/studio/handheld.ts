import { drift } from './chance.ts';
import type { Lens } from './picture.ts';
import { add, type Vec3 } from './vec.ts';

/** Where a camera on somebody's chest is and looks: it sways with breath and bounces with each step. */
export function wornLens(
  lens: Lens,
  time: number,
  seed: number,
  steps: { readonly distance: number; readonly moving: number },
  amount = 1,
): Lens {
  const phase = (steps.distance / 0.73) * Math.PI;
  const m = steps.moving * amount;
  const bounce: Vec3 = [Math.sin(phase) * 0.018 * m, -Math.abs(Math.sin(phase)) * 0.032 * m, 0];
  const shake: Vec3 = [
    drift(time * 1.3, seed) * 0.008 * amount,
    drift(time * 1.1, seed + 1) * 0.006 * amount + Math.sin(time * 1.6) * 0.003,
    0,
  ];
  const aim: Vec3 = [
    drift(time * 0.9, seed + 2) * 0.035 * amount +
      Math.sin(phase + 0.4) * 0.03 * m +
      drift(time * 4.5, seed + 7) * 0.008 * amount,
    drift(time * 0.8, seed + 3) * 0.03 * amount +
      Math.cos(phase * 2) * 0.022 * m +
      drift(time * 5.1, seed + 8) * 0.008 * amount,
    0,
  ];
  const reach = Math.hypot(lens.target[0] - lens.eye[0], lens.target[1] - lens.eye[1], lens.target[2] - lens.eye[2]);
  return {
    ...lens,
    eye: add(add(lens.eye, bounce), shake),
    target: add(add(lens.target, bounce), [aim[0] * reach * 0.6, aim[1] * reach * 0.6, aim[0] * reach * 0.1]),
    roll: lens.roll + (drift(time * 0.7, seed + 4) * 0.018 + Math.sin(phase) * 0.016 * m) * amount,
  };
}
