import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createAudit } from '#core/audit/index.ts';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import { openTestCatalog, tempFolder } from '#test/support/catalog.ts';

const committer = fileURLToPath(new URL('./committer.ts', import.meta.url));

it('a process killed between any two instructions leaves everything confirmed, and a whole chain', async () => {
  const folder = tempFolder();
  let confirmed = 0;
  for (const commits of [1, 7, 20]) {
    const child = fork(committer, [join(folder.path, 'catalog.db')], { execArgv: [] });
    const enough = confirmed + commits;
    child.on('message', (head) => {
      confirmed = Number(head);
      if (confirmed >= enough) child.kill('SIGKILL');
    });
    await once(child, 'close');

    const catalog = await openTestCatalog(folder.path);
    const head = await catalog.changes.head();
    expect(confirmed).toBeGreaterThanOrEqual(enough);
    expect(head).toBeGreaterThanOrEqual(confirmed);
    expect(await catalog.damaged.all()).toHaveLength(head);
    expect(await catalog.integrity()).toEqual({ intact: true, problems: [] });
    const audit = createAudit({
      journal: catalog.audit,
      record: (commit) => catalog.commit(commit),
      anchorFile: join(folder.path, 'anchors.jsonl'),
      anchorKey: new Uint8Array(32),
      clock: systemClock,
      logger: silentLogger,
    });
    expect(await audit.check()).toMatchObject({ intact: true, entries: head });
    await catalog.close();
    confirmed = head;
  }
  folder.dispose();
});
