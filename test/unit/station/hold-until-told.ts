// A process that holds a data folder until it is killed.
import { takeLock } from '#core/station/lock.ts';

takeLock(process.argv[2] ?? '');
process.send?.('held');
process.on('message', () => undefined);
