/** Playing speeds offered, ascending. Chromium mutes the sound below 0.5 and above 4. */
export const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4, 8] as const;

/** The next faster or slower speed; stays at the ends. */
export function nextSpeed(current: number, direction: 1 | -1): number {
  if (direction > 0) return speeds.find((speed) => speed > current) ?? current;
  return speeds.findLast((speed) => speed < current) ?? current;
}

/** True when the browser plays sound at this speed. */
export function hasSoundAt(speed: number): boolean {
  return speed >= 0.5 && speed <= 4;
}
