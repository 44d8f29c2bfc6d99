// What `npm start` runs.
import { runWithNode } from './with-node.mjs';

await runWithNode('../scripts/start.ts');
