import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Channel, type Cover, coverAt, type MaskStyle, paintChannel } from '#common/redaction/index.ts';
import { computedRegion, paintPreview } from '#renderer/engine/index.ts';
import { handsOnEditor } from '#test/support/hands-on-editor.ts';

const picture = { width: 96, height: 64 };

function noise(seed: number): Uint8ClampedArray {
  const data = new Uint8ClampedArray(picture.width * picture.height * 4);
  let value = seed;
  for (let i = 0; i < data.length; i++) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) & 0x7fffffff;
    data[i] = i % 4 === 3 ? 255 : value >> 16;
  }
  return data;
}

const style = fc.constantFrom<MaskStyle>(
  { kind: 'solid' },
  { kind: 'pixelate', block: 16 },
  { kind: 'pixelate', block: 26 },
  { kind: 'blur', radius: 16 },
);
const cover = fc
  .tuple(fc.nat(40), fc.nat(25), fc.integer({ min: 1, max: 22 }), fc.integer({ min: 1, max: 18 }), style)
  .map(([x, y, w, h, how]) => ({
    rect: { left: x * 2, top: y * 2, width: Math.min(w * 2, 96 - x * 2), height: Math.min(h * 2, 64 - y * 2) },
    style: how,
  }));

describe('the preview of masks', () => {
  it('is what painting the whole picture gives, at every covered pixel, and leaves the others alone', () => {
    const order = { blur: 0, pixelate: 1, solid: 2 };
    fc.assert(
      fc.property(fc.array(cover, { minLength: 1, maxLength: 5 }), fc.nat(), (list, seed) => {
        const covers = list
          .map((each) => ({ ...each, trackId: handsOnTrackId }))
          .sort((a, b) => order[a.style.kind] - order[b.style.kind]) as readonly Cover[];
        const region = computedRegion(covers);
        if (region === null) return;
        const whole = noise(seed);
        const part = cut(whole, region);
        paintPreview({ data: part, rect: region }, covers, picture);
        const computed = covers.filter((each) => each.style.kind !== 'solid');
        for (const each of computed) {
          for (let colour = 0; colour < 3; colour++) paintChannel(channel(whole, colour), each.rect, each.style);
        }
        const expected = cut(whole, region);
        const wrong: string[] = [];
        for (let y = 0; y < region.height; y++) {
          for (let x = 0; x < region.width; x++) {
            const covered = computed.some(({ rect }) => holds(rect, region.left + x, region.top + y));
            const at = (y * region.width + x) * 4;
            const same = [0, 1, 2].every((colour) => part[at + colour] === expected[at + colour]);
            if (part[at + 3] !== (covered ? 255 : 0) || (covered && !same)) wrong.push(`${x}, ${y}`);
          }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('asks for no pixels when black does', () => {
    const hands = handsOnEditor();
    hands.addBox();
    const covers = coverAt(hands.state().document, 0, { width: 1280, height: 720 });
    expect(covers).toHaveLength(1);
    expect(computedRegion(covers)).toBeNull();
  });
});

const hands = handsOnEditor();
hands.addBox();
const handsOnTrackId = hands.state().document.tracks[0]!.id;

function channel(data: Uint8ClampedArray, colour: number): Channel {
  const { width, height } = picture;
  return { data, offset: colour, pixelStride: 4, rowStride: width * 4, width, height, subX: 1, subY: 1, black: 0 };
}

function cut(data: Uint8ClampedArray, rect: Cover['rect']): Uint8ClampedArray {
  const out = new Uint8ClampedArray(rect.width * rect.height * 4);
  for (let y = 0; y < rect.height; y++) {
    const from = ((rect.top + y) * picture.width + rect.left) * 4;
    out.set(data.subarray(from, from + rect.width * 4), y * rect.width * 4);
  }
  return out;
}

function holds(rect: Cover['rect'], x: number, y: number): boolean {
  return x >= rect.left && y >= rect.top && x < rect.left + rect.width && y < rect.top + rect.height;
}
