import { id } from './scripted-station/fixtures.ts';

/** A draft of Officer Okafor's with a word in it that is in no id. */
export function draft(project = '1', name = 'Face of the bystander') {
  return {
    projectId: id('project', project),
    accountId: id('account', 'rokafor'),
    baseVersion: 3,
    edits: [
      {
        kind: 'put-track' as const,
        at: 0,
        track: {
          id: id('track', '1'),
          name,
          style: { kind: 'solid' as const },
          range: { first: 0, last: 9 },
          keyframes: [{ frame: 0, box: { x: 1, y: 2, width: 3, height: 4 } }],
        },
      },
    ],
    savedAt: 1_700_000_000_000,
  };
}
