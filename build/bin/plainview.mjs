#!/usr/bin/env node
import { runWithNode } from './with-node.mjs';

await runWithNode('main/main.ts');
