// What the scripts of package.json run: node build/bin/run.mjs SCRIPT [ARGUMENTS]. npm puts a Node that it installed first in
// the PATH only sometimes, so nothing here counts on it.
import { runWithNode } from './with-node.mjs';

const [script] = process.argv.splice(2, 1);
await runWithNode(script);
