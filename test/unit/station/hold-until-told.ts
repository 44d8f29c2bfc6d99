// A process that holds a data folder until it is killed.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { takeLock } from '#core/station/lock.ts';

takeLock(process.argv[2] ?? '');
// What nobody keeps a hand on is collected: the hold must outlive that.
setFlagsFromString('--expose-gc');
(runInNewContext('gc') as () => void)();
setTimeout(() => process.send?.('held'), 100);
process.on('message', () => undefined);
