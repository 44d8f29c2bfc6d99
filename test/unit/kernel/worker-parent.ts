import { nodeProcessSpawner, silentLogger, startProcess } from '#core/kernel/index.ts';
import type { FixtureApi } from './worker-fixture.ts';

// Started by the test as a process of its own, then killed: its child must follow.
const client = startProcess<FixtureApi>(new URL('./worker-fixture.ts', import.meta.url), {
  name: 'fixture',
  spawner: nodeProcessSpawner,
  logger: silentLogger,
});
process.stdout.write(`${await client.call('pid', null as never)}\n`);
