import { describe, expect, it } from 'vitest';
import { applyEdit, emptyDocument, type RedactionDocument, type RedactionEdit } from '#common/redaction/index.ts';
import {
  type BranchResult,
  createAutosave,
  type SavePorts,
  type SaveState,
  type SendResult,
  type UnsentEdits,
} from '#renderer/engine/index.ts';
import { handsOnEditor } from '#test/support/hands-on-editor.ts';

/** A core that keeps one project and can be made to fail in the ways cores and connections fail. */
function core() {
  let project: { version: number; document: RedactionDocument } = { version: 0, document: emptyDocument };
  const faults: ('lose-request' | 'lose-answer' | 'refuse')[] = [];
  const branchFaults: ('lose-request' | 'refuse')[] = [];
  const branches: { readonly version: number; readonly edits: readonly RedactionEdit[] }[] = [];
  const looks: { readonly version: number; readonly edits: number }[] = [];
  const states: SaveState[] = [];
  const timers: (() => void)[] = [];
  let draft: UnsentEdits | null = null;
  let atOnce = 0;
  let most = 0;
  const put = (edits: readonly RedactionEdit[]): void => {
    let { document } = project;
    for (const edit of edits) document = applyEdit(document, edit).document;
    project = { document, version: project.version + edits.length };
  };
  const ports: SavePorts = {
    send: async (version, edits): Promise<SendResult> => {
      most = Math.max(most, ++atOnce);
      await Promise.resolve();
      atOnce--;
      const fault = faults.shift();
      if (fault === 'lose-request') return { kind: 'unanswered' };
      if (fault === 'refuse') return { kind: 'refused', message: 'Not allowed.' };
      if (version !== project.version) return { kind: 'stale' };
      put(edits);
      return fault === 'lose-answer' ? { kind: 'unanswered' } : { kind: 'saved', version: project.version };
    },
    branch: async (version, edits): Promise<BranchResult> => {
      await Promise.resolve();
      const fault = branchFaults.shift();
      if (fault === 'lose-request') return { kind: 'unanswered' };
      if (fault === 'refuse') return { kind: 'refused', message: 'Not allowed.' };
      branches.push({ version, edits });
      return { kind: 'kept' };
    },
    onBranched: (saved, edits) => void looks.push({ version: saved.version, edits }),
    reload: () => Promise.resolve(project),
    keepDraft: (unsent) => {
      draft = unsent;
      return Promise.resolve(true);
    },
    dropDraft: () => {
      draft = null;
      return Promise.resolve();
    },
    draftFailed: (thrown) => {
      throw thrown;
    },
    later: (_ms, call) => {
      timers.push(call);
      return () => void timers.splice(timers.indexOf(call), 1);
    },
    onState: (state) => void states.push(state),
  };
  return {
    ports,
    faults,
    branchFaults,
    branches,
    looks,
    states,
    put,
    project: () => project,
    draft: () => draft,
    most: () => most,
    wake: () => timers.shift()?.(),
  };
}

function work(ports: SavePorts) {
  const save = createAutosave(ports, 0);
  const hands = handsOnEditor();
  hands.subscribe(() => undefined);
  let sent = 0;
  const flush = (): void => {
    for (; sent < hands.commits.length; sent++) save.push(hands.commits[sent]?.edits ?? []);
  };
  return { save, hands, flush };
}

describe('autosave', () => {
  it('sends every change in order, one call at a time, and ends with the same document', async () => {
    const there = core();
    const { save, hands, flush } = work(there.ports);
    for (let i = 0; i < 20; i++) {
      hands.addBox();
      flush();
      if (i % 3 === 0) await Promise.resolve();
    }
    hands.undo();
    flush();
    await save.quiet();
    expect(there.project().document).toEqual(hands.state().document);
    expect(there.project().version).toBe(21);
    expect(save.version()).toBe(21);
    expect(there.most()).toBe(1);
    expect(there.states.at(-1)).toEqual({ state: 'saved' });
    expect(there.draft()).toBeNull();
  });

  it('calls changes kept only when all of them are on the disk', async () => {
    const there = core();
    there.faults.push('lose-request', 'lose-request');
    const writes: PromiseWithResolvers<boolean>[] = [];
    const keepDraft = (): Promise<boolean> => {
      const write = Promise.withResolvers<boolean>();
      writes.push(write);
      return write.promise;
    };
    const { save, hands, flush } = work({ ...there.ports, keepDraft });
    const settle = () => new Promise((resolve) => setTimeout(resolve));
    hands.addBox();
    flush();
    await settle();
    expect(save.state()).toEqual({ state: 'stuck', unsent: 1, kept: false });
    hands.addBox();
    flush();
    writes[0]?.resolve(true);
    await settle();
    // The first lies on the disk, the second not yet.
    expect(save.state()).toEqual({ state: 'stuck', unsent: 2, kept: false });
    writes[1]?.resolve(true);
    await settle();
    expect(save.state()).toEqual({ state: 'stuck', unsent: 2, kept: true });
    hands.addBox();
    flush();
    await settle();
    writes[2]?.resolve(false);
    await settle();
    expect(save.state()).toEqual({ state: 'stuck', unsent: 3, kept: false });
    save.stop();
  });

  it('keeps what was not answered on this computer and sends it later', async () => {
    const there = core();
    there.faults.push('lose-request', 'lose-request');
    const { save, hands, flush } = work(there.ports);
    hands.addBox();
    flush();
    await save.quiet();
    expect(save.state()).toEqual({ state: 'stuck', unsent: 1, kept: true });
    expect(there.draft()?.edits).toHaveLength(1);
    hands.addBox();
    flush();
    expect(save.state()).toEqual({ state: 'stuck', unsent: 2, kept: false });
    await new Promise((resolve) => setTimeout(resolve));
    expect(save.state()).toEqual({ state: 'stuck', unsent: 2, kept: true });
    there.wake();
    await save.quiet();
    expect(save.state().state).toBe('stuck');
    save.retry();
    await save.quiet();
    expect(save.state()).toEqual({ state: 'saved' });
    expect(there.project().document).toEqual(hands.state().document);
    expect(there.draft()).toBeNull();
  });

  it('does not take its own change, whose answer was lost, for somebody else’s', async () => {
    const there = core();
    there.faults.push('lose-answer');
    const { save, hands, flush } = work(there.ports);
    hands.addBox();
    flush();
    await save.quiet();
    save.retry();
    await save.quiet();
    expect(save.state()).toEqual({ state: 'saved' });
    expect(there.project().version).toBe(1);
    expect(there.project().document).toEqual(hands.state().document);
  });

  it('keeps its changes as a branch when somebody else was faster, and goes on with what is worked with', async () => {
    const there = core();
    const { save, hands, flush } = work(there.ports);
    const stranger = handsOnEditor();
    stranger.addMute({ first: 1, last: 2 });
    there.put(stranger.commits[0]?.edits ?? []);
    hands.addBox();
    hands.addBox();
    flush();
    await save.quiet();
    expect(there.branches).toEqual([{ version: 0, edits: hands.commits.flatMap(({ edits }) => edits) }]);
    expect(there.looks).toEqual([{ version: 1, edits: 2 }]);
    expect(there.project().document.tracks).toEqual([]);
    expect(there.states.map(({ state }) => state)).toContain('aside');
    expect(save.state()).toEqual({ state: 'saved' });
    expect(there.draft()).toBeNull();
    // What comes now stands on the other's version.
    save.push(stranger.commits[0]?.edits ?? []);
    await save.quiet();
    expect(there.project().version).toBe(2);
    expect(there.branches).toHaveLength(1);
  });

  it('keeps trying to keep the branch, and gives nothing up that was refused', async () => {
    const there = core();
    there.branchFaults.push('lose-request', 'refuse');
    const { save, hands, flush } = work(there.ports);
    const stranger = handsOnEditor();
    stranger.addMute({ first: 1, last: 2 });
    there.put(stranger.commits[0]?.edits ?? []);
    hands.addBox();
    flush();
    await save.quiet();
    expect(save.state()).toEqual({ state: 'aside', unsent: 1 });
    expect(there.draft()?.edits).toHaveLength(1);
    there.wake();
    await save.quiet();
    expect(save.state()).toEqual({ state: 'conflict', unsent: 1, message: 'Not allowed.' });
    expect(there.draft()?.edits).toHaveLength(1);
    expect(there.branches).toEqual([]);
    const project = await save.giveUp();
    expect(project.document.mutes).toHaveLength(1);
    expect(there.draft()).toBeNull();
  });

  it('follows others only while nothing of its own is unsent', async () => {
    const there = core();
    there.faults.push('lose-request');
    const { save, hands, flush } = work(there.ports);
    expect(save.follow(0)).toBe(false);
    expect(save.follow(3)).toBe(true);
    expect(save.version()).toBe(3);
    hands.addBox();
    flush();
    expect(save.follow(4)).toBe(false);
    await save.quiet();
    expect(save.follow(4)).toBe(false);
    expect(save.version()).toBe(3);
    save.stop();
  });

  it('does not repeat what was refused', async () => {
    const there = core();
    there.faults.push('refuse');
    const { save, hands, flush } = work(there.ports);
    hands.addBox();
    flush();
    await save.quiet();
    expect(save.state()).toEqual({ state: 'conflict', unsent: 1, message: 'Not allowed.' });
  });

  it('takes up what an earlier sitting could not send', async () => {
    const there = core();
    const hands = handsOnEditor();
    hands.addBox();
    const save = createAutosave(there.ports, 0, hands.commits[0]?.edits);
    await save.quiet();
    expect(there.project().document).toEqual(hands.state().document);
  });
});
