import type { Light } from './picture.ts';
import type { Vec3 } from './vec.ts';

/** Three quick pulses to each side, nine tenths of a second a turn. 0 is dark, 1 full. */
function pulses(time: number): { readonly red: number; readonly blue: number } {
  const pulse = (phase: number): number => {
    const t = (((time + phase) % 0.9) + 0.9) % 0.9;
    for (const start of [0, 0.13, 0.26])
      if (t >= start && t < start + 0.1) return 1 - Math.abs(t - start - 0.05) / 0.09;
    return 0;
  };
  return { red: pulse(0), blue: pulse(0.45) };
}

/** The bar's light on the world, shining along `direction`: the two sides never flash at once, so one light changes sides. */
export function barLight(place: Vec3, direction: Vec3, time: number, strength = 1): Light {
  const { red, blue } = pulses(time);
  const power = 190 * strength;
  const side = red > 0 ? 0.45 : -0.45;
  return {
    position: [place[0] + direction[2] * side, place[1], place[2] - direction[0] * side],
    color: [power * (red + blue * 0.05), power * (red * 0.03 + blue * 0.12), power * (red * 0.04 + blue * 1.25)],
    direction,
    cone: [0.7, 1.25],
    range: 60,
    shadow: true,
  };
}
