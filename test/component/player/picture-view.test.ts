import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewPicture } from '#renderer/features/player/picture-view.ts';

const length = fc.double({ min: 50, max: 3000, noNaN: true });
const ratio = fc.constantFrom(1, 1.1, 1.25, 1.5, 1.75, 2, 3);

describe('where the picture lies', () => {
  it('has every edge on a whole pixel of the screen, stays inside its area and keeps its shape to a pixel', () => {
    fc.assert(
      fc.property(
        fc.record({ left: length, top: length, width: length, height: length }),
        fc.record({ width: fc.integer({ min: 16, max: 4096 }), height: fc.integer({ min: 16, max: 4096 }) }),
        fc.constantFrom(1, 4 / 3, 16 / 11, 0.9),
        ratio,
        (at, source, pixelAspect, pixelRatio) => {
          const { area, placement } = viewPicture(source, pixelAspect, at, pixelRatio);
          const whole = (value: number): boolean =>
            Math.abs(value * pixelRatio - Math.round(value * pixelRatio)) < 1e-6;
          const left = at.left + area.left + placement.left;
          const top = at.top + area.top + placement.top;
          for (const edge of [left, top, left + placement.width, top + placement.height])
            expect(whole(edge)).toBe(true);
          const pixel = 1 / pixelRatio;
          expect(placement.left).toBeGreaterThanOrEqual(-pixel);
          expect(placement.left + placement.width).toBeLessThanOrEqual(area.width + pixel);
          expect(placement.top + placement.height).toBeLessThanOrEqual(area.height + pixel);
          const shape = (source.width * pixelAspect) / source.height;
          expect(Math.abs(placement.width - placement.height * shape)).toBeLessThan((1 + shape) * pixel + 1e-6);
          expect(placement.scaleX * source.width).toBeCloseTo(placement.width);
        },
      ),
    );
  });
});
