// A whole station in a process of its own, to be killed: <data folder> <store folder> <folder with footage>.
import { openRealStation, sourceEntries } from '#test/support/real-station.ts';

const [dataDir, location, footage] = process.argv.slice(2);
if (dataDir === undefined || location === undefined || footage === undefined) throw new Error('Three folders, please.');
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const actor = { kind: 'command-line', osUser: 'test' } as const;

const station = await openRealStation(dataDir, {
  ...sourceEntries,
  cloud: new URL('../../support/folder-cloud-worker.ts', import.meta.url),
});
let core = station.department;
if (core === null) {
  const admin = { username: 'rfeld', displayName: 'R. Feld', password: 'correct horse battery' };
  ({ core } = await station.createDepartment({ name: 'Example PD', zone: 'America/New_York', admin }, actor));
  await core.store.connect(
    { target: { kind: 'folder', location }, secretAccessKey: null, recoverySecret: null },
    actor,
  );
  // Slow enough to be killed in the middle.
  await core.store.setLimits({ bytesPerSecond: 24 * 1024 * 1024, quiet: null }, actor);
  const signal = new AbortController().signal;
  tell({ offloaded: await core.docks.offloadPath(footage, actor, { signal, onProgress: () => undefined }) });
}
core.onEvent((event) => {
  if (event.kind === 'store.changed') tell({ status: event.status });
});
tell({ status: await core.store.status() });
process.on('SIGTERM', () => {
  void station.close().then(() => tell({ closed: true }));
});
