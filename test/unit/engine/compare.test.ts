import { describe, expect, it } from 'vitest';
import { type Mute, type RedactionDocument, type Track } from '#common/redaction/index.ts';
import { compareDocuments } from '#renderer/engine/index.ts';
import { id } from '#test/support/scripted-station/fixtures.ts';

const track = (name: string, change: Partial<Track> = {}): Track => ({
  id: id('track', name),
  name,
  style: { kind: 'solid' },
  range: { first: 10, last: 40 },
  keyframes: [
    { frame: 10, box: { x: 0, y: 0, width: 20, height: 20 } },
    { frame: 30, box: { x: 100, y: 0, width: 20, height: 20 } },
  ],
  ...change,
});
const mute = (name: string, first: number, last: number): Mute => ({
  id: id('mute', name),
  name,
  range: { first, last },
});
const of = (tracks: readonly Track[], mutes: readonly Mute[] = []): RedactionDocument => ({ tracks, mutes });

describe('two versions of a redaction', () => {
  it('that say the same have no difference, however they were made', () => {
    const split = track('Face', {
      keyframes: [
        { frame: 10, box: { x: 0, y: 0, width: 20, height: 20 } },
        { frame: 20, box: { x: 50, y: 0, width: 20, height: 20 } },
        { frame: 30, box: { x: 100, y: 0, width: 20, height: 20 } },
      ],
    });
    expect(compareDocuments(of([track('Face')]), of([split]))).toMatchObject([{ differences: [], frame: 10 }]);
  });

  it('name what only one of them hides', () => {
    const items = compareDocuments(of([track('Face')]), of([track('Plate')], [mute('Name', 3, 5)]));
    expect(items.map(({ name, differences, frame }) => [name, differences, frame])).toEqual([
      ['Name', ['only-second'], 3],
      ['Face', ['only-first'], 10],
      ['Plate', ['only-second'], 10],
    ]);
  });

  it('say what of an item differs, and where it is first seen', () => {
    const moved = track('Face', {
      keyframes: [
        { frame: 10, box: { x: 0, y: 0, width: 20, height: 20 } },
        { frame: 30, box: { x: 100, y: 0, width: 20, height: 20 } },
        { frame: 35, box: { x: 120, y: 0, width: 20, height: 20 } },
      ],
    });
    const cases: readonly (readonly [Track, readonly string[], number])[] = [
      [moved, ['place'], 31],
      [track('Face', { range: { first: 10, last: 39 } }), ['frames'], 40],
      [track('Face', { range: { first: 4, last: 40 } }), ['frames'], 4],
      [track('Face', { style: { kind: 'blur', radius: 16 } }), ['style'], 10],
      [track('Face', { name: 'The witness' }), ['name'], 10],
      [track('Face', { range: { first: 50, last: 60 } }), ['frames'], 10],
    ];
    for (const [other, differences, frame] of cases) {
      expect(compareDocuments(of([track('Face')]), of([other]))).toMatchObject([{ differences, frame }]);
    }
    expect(compareDocuments(of([], [mute('Name', 3, 5)]), of([], [mute('Name', 3, 9)]))).toMatchObject([
      { differences: ['frames'], frame: 6 },
    ]);
  });

  it('stand with the differences first', () => {
    const same = track('Face', { range: { first: 1, last: 2 } });
    const items = compareDocuments(of([same, track('Plate')]), of([same]));
    expect(items.map(({ name }) => name)).toEqual(['Plate', 'Face']);
  });
});
