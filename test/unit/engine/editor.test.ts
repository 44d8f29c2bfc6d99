import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxAt, type RedactionDocument } from '#common/redaction/index.ts';
import { liveDocument, markedRange, selectedTrack } from '#renderer/engine/index.ts';
import { handsOnEditor } from '#test/support/hands-on-editor.ts';

type Hands = ReturnType<typeof handsOnEditor>;

function onlyTrack(hands: Hands) {
  const [track] = hands.state().document.tracks;
  if (track === undefined) throw new Error('There is no box.');
  return track;
}

describe('drawing', () => {
  it('makes a solid box from here to the end, selected, by one edit', () => {
    const hands = handsOnEditor();
    hands.setFrame(40);
    hands.drag([400, 300], [200, 180]);
    expect(onlyTrack(hands)).toMatchObject({
      name: 'Box 1',
      style: { kind: 'solid' },
      range: { first: 40, last: 299 },
      keyframes: [{ frame: 40, box: { x: 200, y: 180, width: 200, height: 120 } }],
    });
    expect(hands.state().selection).toEqual({ kind: 'track', id: onlyTrack(hands).id });
    expect(hands.commits.map(({ label, edits }) => [label, edits.length])).toEqual([['Draw box', 1]]);
  });

  it('takes a click on the free picture for a click', () => {
    const hands = handsOnEditor();
    hands.click(100, 100);
    hands.drag([100, 100], [102, 101]);
    expect(hands.state().document.tracks).toEqual([]);
    expect(hands.commits).toEqual([]);
  });

  it('snaps to the picture’s edges, shows the line, and may reach outside when free', () => {
    const hands = handsOnEditor();
    hands.press(100, 100);
    hands.moveTo(1275, 400, { snap: true });
    expect(hands.state().gesture).toMatchObject({ guides: { x: [1280], y: [] } });
    hands.release();
    expect(onlyTrack(hands).keyframes[0]?.box).toEqual({ x: 100, y: 100, width: 1180, height: 300 });
    const other = handsOnEditor();
    other.drag([1200, 100], [1400, 300]);
    expect(onlyTrack(other).keyframes[0]?.box).toEqual({ x: 1200, y: 100, width: 200, height: 200 });
  });

  it('draws on top of a box only with the drawing tool', () => {
    const hands = handsOnEditor();
    hands.drag([100, 100], [500, 500]);
    hands.select(null);
    hands.setTool('draw');
    hands.drag([200, 200], [300, 300]);
    expect(hands.state().document.tracks).toHaveLength(2);
    expect(hands.state().tool).toBe('select');
  });

  it('uses the marked stretch when it is drawn in it', () => {
    const hands = handsOnEditor();
    hands.setFrame(20);
    hands.setEndHere('start');
    hands.setFrame(60);
    hands.setEndHere('end');
    expect(markedRange(hands.state())).toEqual({ first: 20, last: 60 });
    hands.setFrame(30);
    hands.addBox();
    expect(onlyTrack(hands).range).toEqual({ first: 20, last: 60 });
  });
});

describe('moving and resizing', () => {
  const drawn = (): Hands => {
    const hands = handsOnEditor();
    hands.drag([400, 200], [600, 300]);
    return hands;
  };

  it('shows the move while it is made and commits it once', () => {
    const hands = drawn();
    hands.press(500, 250);
    hands.moveTo(550, 260);
    expect(boxAt(liveDocument(hands.state()).tracks[0]!, 0)).toMatchObject({ x: 450, y: 210 });
    expect(onlyTrack(hands).keyframes[0]?.box.x).toBe(400);
    hands.release();
    expect(onlyTrack(hands).keyframes).toEqual([{ frame: 0, box: { x: 450, y: 210, width: 200, height: 100 } }]);
    expect(hands.commits.map(({ label }) => label)).toEqual(['Draw box', 'Move Box 1']);
  });

  it('leaves no trace when it is left with Escape', () => {
    const hands = drawn();
    const before = hands.state().document;
    hands.press(500, 250);
    hands.moveTo(700, 400);
    expect(hands.cancel()).toBe(true);
    hands.release();
    expect(hands.state().document).toBe(before);
    expect(liveDocument(hands.state())).toBe(before);
    expect(hands.commits).toHaveLength(1);
    expect(hands.cancel()).toBe(false);
  });

  it('adds a keyframe at another frame and moves in a straight line between them', () => {
    const hands = drawn();
    hands.setFrame(100);
    hands.drag([500, 250], [600, 250]);
    expect(onlyTrack(hands).keyframes.map(({ frame, box }) => [frame, box.x])).toEqual([
      [0, 400],
      [100, 500],
    ]);
    expect(boxAt(onlyTrack(hands), 50)?.x).toBe(450);
    expect(boxAt(onlyTrack(hands), 200)?.x).toBe(500);
  });

  it('resizes by a handle reached from 12 CSS pixels away, from the centre with Alt', () => {
    const hands = drawn();
    // Half size: 12 CSS pixels are 24 of the picture.
    hands.drag([623, 323], [643, 333]);
    expect(onlyTrack(hands).keyframes[0]?.box).toEqual({ x: 400, y: 200, width: 220, height: 110 });
    hands.drag([620, 255], [630, 255], { alt: true });
    expect(onlyTrack(hands).keyframes[0]?.box).toEqual({ x: 390, y: 200, width: 240, height: 110 });
  });

  it('can still take hold of the middle of a tiny box', () => {
    const hands = handsOnEditor();
    hands.drag([400, 200], [424, 224]);
    hands.drag([412, 212], [512, 212]);
    expect(onlyTrack(hands).keyframes[0]?.box).toEqual({ x: 500, y: 200, width: 24, height: 24 });
  });

  it('never turns a box inside out or pushes it out of sight', () => {
    fc.assert(
      fc.property(
        fc.constantFrom([400, 200], [500, 200], [600, 300], [400, 250], [500, 250]),
        fc.integer({ min: -3000, max: 3000 }),
        fc.integer({ min: -3000, max: 3000 }),
        ([x = 0, y = 0], dx, dy) => {
          const hands = drawn();
          hands.drag([x, y], [x + dx, y + dy]);
          const box = boxAt(onlyTrack(hands), 0)!;
          expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(4);
          expect(box.x + box.width).toBeGreaterThanOrEqual(4);
          expect(box.y + box.height).toBeGreaterThanOrEqual(4);
          expect(box.x).toBeLessThanOrEqual(1276);
          expect(box.y).toBeLessThanOrEqual(716);
        },
      ),
    );
  });

  it('makes one change of many nudges', () => {
    const hands = drawn();
    for (let i = 0; i < 30; i++) hands.nudge('move', 1, 0);
    hands.nudge('resize', 0, 10);
    expect(hands.commits).toHaveLength(1);
    hands.settle();
    expect(hands.commits).toHaveLength(2);
    expect(onlyTrack(hands).keyframes[0]?.box).toEqual({ x: 430, y: 200, width: 200, height: 110 });
    hands.undo();
    expect(onlyTrack(hands).keyframes[0]?.box).toEqual({ x: 400, y: 200, width: 200, height: 100 });
  });

  it('ends a hold when another frame comes, and keeps nothing of it', () => {
    const hands = drawn();
    hands.press(500, 250);
    hands.moveTo(700, 400);
    hands.setFrame(1);
    hands.moveTo(800, 500);
    hands.release();
    expect(onlyTrack(hands).keyframes).toHaveLength(1);
    expect(hands.commits).toHaveLength(1);
  });
});

describe('time', () => {
  it('sets start and end at the playhead and refuses to turn them round', () => {
    const hands = handsOnEditor();
    hands.addBox();
    hands.setFrame(50);
    expect(hands.setEndHere('end')).toBe(true);
    hands.setFrame(80);
    expect(hands.setEndHere('start')).toBe(false);
    hands.setFrame(10);
    expect(hands.setEndHere('start')).toBe(true);
    expect(onlyTrack(hands).range).toEqual({ first: 10, last: 50 });
  });

  it('adds a keyframe where the box is, and keeps the last one', () => {
    const hands = handsOnEditor();
    hands.addBox();
    expect(hands.addKeyframe()).toBe(false);
    expect(hands.removeKeyframe()).toBe(false);
    hands.setFrame(90);
    expect(hands.addKeyframe()).toBe(true);
    expect(onlyTrack(hands).keyframes.map((key) => key.frame)).toEqual([0, 90]);
    expect(hands.removeKeyframe()).toBe(true);
    expect(hands.removeKeyframe()).toBe(false);
  });

  it('mutes a stretch, changes and deletes it', () => {
    const hands = handsOnEditor();
    hands.addMute({ first: 30, last: 900 });
    const { selection } = hands.state();
    expect(hands.state().document.mutes).toMatchObject([{ name: 'Mute 1', range: { first: 30, last: 299 } }]);
    hands.previewRange(selection!, { first: 40, last: 50 }, 'Mute 1');
    hands.previewRange(selection!, { first: 40, last: 60 }, 'Mute 1');
    expect(hands.commits).toHaveLength(1);
    hands.settle();
    expect(hands.state().document.mutes[0]?.range).toEqual({ first: 40, last: 60 });
    hands.rename(selection!, '  A child’s name ');
    expect(hands.state().document.mutes[0]?.name).toBe('A child’s name');
    hands.remove();
    expect(hands.state().document.mutes).toEqual([]);
    expect(hands.state().selection).toBeNull();
  });
});

describe('what is locked', () => {
  it('was not locked before it is said so: an answer to an earlier save takes nothing out of the hand', () => {
    const hands = handsOnEditor();
    hands.drag([100, 100], [300, 300]);
    hands.nudge('move', 0, 10);
    hands.lock(null);
    hands.settle();
    expect(onlyTrack(hands).keyframes[0]?.box).toMatchObject({ x: 100, y: 110 });
    hands.press(200, 200);
    hands.moveTo(250, 200);
    hands.lock(null);
    hands.moveTo(260, 200);
    hands.release();
    expect(onlyTrack(hands).keyframes[0]?.box).toMatchObject({ x: 160, y: 110 });
  });

  it('cannot be changed by any way', () => {
    const hands = handsOnEditor();
    hands.addBox();
    const before = hands.state().document;
    hands.lock('Somebody else changed this.');
    hands.drag([600, 360], [800, 400]);
    hands.nudge('move', 5, 5);
    hands.settle();
    hands.addBox();
    hands.remove();
    hands.undo();
    expect(hands.state().document).toBe(before);
  });
});

/** Everything a hand can do, at random. */
const deed = fc.oneof(
  fc.record({ kind: fc.constant('frame' as const), to: fc.nat(299) }),
  fc.record({ kind: fc.constant('drag' as const), a: fc.nat(1280), b: fc.nat(720), c: fc.nat(1280), d: fc.nat(720) }),
  fc.record({
    kind: fc.constant('nudge' as const),
    dx: fc.integer({ min: -9, max: 9 }),
    dy: fc.integer({ min: -9, max: 9 }),
  }),
  fc.record({
    kind: fc.constantFrom(
      'add',
      'remove',
      'duplicate',
      'mute',
      'key',
      'unkey',
      'start',
      'end',
      'next',
      'style',
      'undo',
      'redo',
    ),
  }),
);

type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

function perform(hands: Hands, what: Deed): void {
  const { selection } = hands.state();
  if (what.kind === 'frame') hands.setFrame((what as { to: number }).to);
  else if (what.kind === 'drag') {
    const { a, b, c, d } = what as { a: number; b: number; c: number; d: number };
    hands.drag([a, b], [c, d]);
  } else if (what.kind === 'nudge') {
    const { dx, dy } = what as { dx: number; dy: number };
    hands.nudge('move', dx, dy);
    hands.settle();
  } else if (what.kind === 'add') hands.addBox();
  else if (what.kind === 'remove') hands.remove();
  else if (what.kind === 'duplicate') hands.duplicate();
  else if (what.kind === 'mute') hands.addMute({ first: hands.state().frame, last: 299 });
  else if (what.kind === 'key') hands.addKeyframe();
  else if (what.kind === 'unkey') hands.removeKeyframe();
  else if (what.kind === 'start' || what.kind === 'end') hands.setEndHere(what.kind);
  else if (what.kind === 'next') hands.selectNext(1);
  else if (what.kind === 'style' && selection?.kind === 'track')
    hands.setStyle(selection.id, { kind: 'blur', radius: 20 });
  else if (what.kind === 'undo') hands.undo();
  else if (what.kind === 'redo') hands.redo();
}

describe('history', () => {
  it('goes all the way back and all the way forth, exactly, after anything', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const hands = handsOnEditor();
        for (const each of deeds) perform(hands, each);
        const end = hands.state().document;
        const undone = hands.state().history.done.length;
        while (hands.undo() !== null);
        expect(hands.state().document).toEqual({ tracks: [], mutes: [] });
        for (let i = 0; i < undone; i++) expect(hands.redo()).not.toBeNull();
        expect(hands.state().document).toEqual(end);
      }),
      { numRuns: 150 },
    );
  });

  it('commits edits that alone rebuild the document on the other side', async () => {
    const { applyEdit } = await import('#common/redaction/index.ts');
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        const hands = handsOnEditor();
        for (const each of deeds) perform(hands, each);
        let core: RedactionDocument = { tracks: [], mutes: [] };
        for (const { edits } of hands.commits) for (const edit of edits) core = applyEdit(core, edit).document;
        expect(core).toEqual(hands.state().document);
      }),
    );
  });

  it('says what it undid and selects what it changed', () => {
    const hands = handsOnEditor();
    hands.addBox();
    const first = selectedTrack(hands.state())!;
    hands.rename({ kind: 'track', id: first.id }, 'Face');
    hands.select(null);
    expect(hands.undo()).toBe('Rename Box 1');
    expect(hands.state().selection?.id).toBe(first.id);
    expect(hands.redo()).toBe('Rename Box 1');
    expect(hands.redo()).toBeNull();
  });

  it('has no limit', () => {
    const hands = handsOnEditor();
    for (let i = 0; i < 1000; i++) hands.addBox();
    for (let i = 0; i < 1000; i++) expect(hands.undo()).not.toBeNull();
    expect(hands.state().document.tracks).toEqual([]);
  });
});
