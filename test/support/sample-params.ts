import type { MethodName } from '#common/contract/index.ts';

export const samplePassword = 'a long enough password';
const id = '00000000000000000000000000';
/** Well-formed parameters of every method that has any, so that a refusal is about who asks. */
export const sampleParams: { readonly [M in MethodName]?: unknown } = {
  'setup.department': {
    name: 'Small Town Police',
    zone: 'America/New_York',
    admin: { username: 'someone', displayName: 'Some One', password: samplePassword },
  },
  'session.signIn': { username: 'someone', password: samplePassword },
  'session.practise': { username: 'officer' },
  'people.create': { username: 'someone', displayName: 'Some One', role: 'officer', password: samplePassword },
  'people.change': { id: `acc_${id}` },
  'dock.files': { dockId: `dck_${id}`, offset: 0, limit: 1 },
  'dock.rescan': { dockId: `dck_${id}` },
  'dock.offload': { dockId: `dck_${id}` },
  'dock.watchFolder': { location: '/srv' },
  'dock.unwatchFolder': { location: '/srv' },
  'library.changes': { since: 0, limit: 1 },
  'review.open': { evidenceId: `evd_${id}` },
  'review.mend': { evidenceId: `evd_${id}` },
  'redaction.open': { evidenceId: `evd_${id}` },
  'redaction.edit': { projectId: `red_${id}`, version: 0, edits: [{ kind: 'remove-track', id: `trk_${id}` }] },
  'render.start': { projectId: `red_${id}`, version: 0 },
  'render.open': { renderId: `rnd_${id}` },
  'release.create': { renderId: `rnd_${id}`, requester: 'A', reason: 'B', confirmation: 'C' },
  'release.open': { releaseId: `rel_${id}` },
  'jobs.pause': { jobId: `job_${id}` },
  'jobs.resume': { jobId: `job_${id}` },
  'jobs.cancel': { jobId: `job_${id}` },
  'audit.list': { before: null, limit: 1 },
  'store.probe': { target: { kind: 'folder', location: '/srv/store' }, secretAccessKey: null },
  'store.connect': { target: { kind: 'folder', location: '/srv/store' }, secretAccessKey: null, recoverySecret: null },
  'store.confirmRecovery': {
    groups: [
      { number: 1, text: '00000' },
      { number: 2, text: '00000' },
    ],
  },
  'store.disconnect': { reason: 'A' },
  'store.setLimits': { bytesPerSecond: null, quiet: null },
  'store.setRetention': { days: 1 },
  'store.queue': { offset: 0, limit: 1 },
  'store.pin': { recordingId: `rec_${id}` },
  'store.unpin': { recordingId: `rec_${id}` },
  'store.setCache': { bytes: 20_000_000_000, days: 30 },
  'reconcile.findings': { class: null, problems: false, offset: 0, limit: 1 },
  'reconcile.start': { mode: 'quick', repair: false, goOn: false },
  'store.sendFirst': { ids: [`evd_${id}`] },
};
