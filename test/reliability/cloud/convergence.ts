import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Fault } from '#test/support/fault-store/faults.ts';
import { type FaultStore, openFaultStore } from '#test/support/fault-store/server.ts';
import type { Campaign, Chance } from '../campaign.ts';
import type { Told } from './editor.ts';

const program = fileURLToPath(new URL('./editor.ts', import.meta.url));
const endsWithinMs = 180_000;
/** Edits of each station, in short and otherwise. */
const [fewEdits, manyEdits] = [60, 800];
/** One request in so many is cut. */
const cutEvery = 5;
const cuts: readonly Fault[] = [
  { does: 'lose-answer' },
  { does: 'cut-request', after: 0 },
  { does: 'cut-answer', after: 0 },
  { does: 'slow-down' },
  { does: 'fail' },
  { does: 'twice' },
];

type State = Extract<Told, { readonly kind: 'state' }>;

/** One station as its parent sees it; it may be killed and come back. */
type Station = {
  readonly edited: () => boolean;
  readonly state: () => Promise<State>;
  readonly kill: () => Promise<void>;
  readonly start: (edits: number) => void;
};

function openStation(server: FaultStore, folder: string, number: number, chance: Chance, held: Set<string>): Station {
  mkdirSync(folder);
  const { endpoint, region, bucketName, access } = server;
  const place = JSON.stringify({ endpoint, region, bucketName, access });
  let child: ChildProcess | null = null;
  let edited = false;
  let ended: string | null = null;
  let answer = Promise.withResolvers<State>();
  return {
    edited: () => {
      if (ended !== null) throw new Error(`Station ${number} ended by itself: ${ended}`);
      return edited;
    },
    state: () => {
      answer = Promise.withResolvers();
      child?.send('state');
      return Promise.race([
        answer.promise,
        sleep(60_000, null, { ref: false }).then(() => Promise.reject(new Error(`Station ${number} does not answer.`))),
      ]);
    },
    kill: async () => {
      const killed = child;
      child = null;
      if (killed === null || killed.exitCode !== null) return;
      const gone = new Promise((resolve) => killed.once('exit', resolve));
      killed.kill('SIGKILL');
      await gone;
    },
    start: (edits) => {
      edited = false;
      const seed = String(chance.between(1, 2 ** 31));
      const started = fork(program, [folder, String(number), seed, String(edits), place]);
      child = started;
      started.on('exit', (code, signal) => {
        if (child === started) ended = String(code ?? signal);
      });
      started.on('message', (message: Told) => {
        if (message.kind === 'holds') for (const id of message.ids) held.add(id);
        else if (message.kind === 'edited') edited = true;
        else answer.resolve(message);
      });
    },
  };
}

type Round = {
  readonly operations: number;
  readonly cuts: number;
  readonly kills: number;
  readonly failures: string[];
};

async function oneRound(stations: number, edits: number, chance: Chance): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-stations-'));
  await using server = await openFaultStore();
  let cut = 0;
  server.script = () => {
    if (!chance.happens(1 / cutEvery)) return null;
    cut++;
    return chance.pick(cuts);
  };
  /** Everything that any station ever said is in its catalog: none of it may be lost. */
  const held = new Set<string>();
  const all = Array.from({ length: stations }, (_, n) => openStation(server, join(folder, `${n}`), n, chance, held));
  const until = performance.now() + endsWithinMs;
  try {
    for (const station of all) station.start(edits / 2);
    let kills = 0;
    // Each is killed once in its work, and goes on with the other half of it.
    for (const station of all) {
      await sleep(chance.between(200, 900));
      await station.kill();
      kills++;
      station.start(edits / 2);
    }
    while (!all.every((station) => station.edited()) && performance.now() < until) await sleep(100);
    server.script = null;
    let states: readonly State[] = [];
    const converged = (): boolean =>
      states.length > 0 && states.every(({ ids, operations }) => ids === states[0]?.ids && operations === held.size);
    while (!converged() && performance.now() < until) {
      await sleep(300);
      states = await Promise.all(all.map((station) => station.state()));
    }
    const failures: string[] = [];
    if (!converged()) {
      const counts = states.map(({ operations }) => operations).join(', ');
      failures.push(`stations know ${counts} of ${held.size} operations`);
    }
    if (new Set(states.map(({ text }) => text)).size > 1)
      failures.push('the same operations came to different documents');
    return { operations: held.size, cuts: cut, kills, failures };
  } finally {
    for (const station of all) await station.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Stations in processes of their own, whose people edit the same things while the network is cut and they are killed. */
export const runConvergence: Campaign = async ({ rounds, short, say }, chance) => {
  const failures: string[] = [];
  let [operations, cut, kills] = [0, 0, 0];
  for (let round = 1; round <= rounds; round++) {
    const stations = round % 2 === 0 ? 2 : 3;
    const one = await oneRound(stations, short === true ? fewEdits : manyEdits, chance);
    operations += one.operations;
    cut += one.cuts;
    kills += one.kills;
    failures.push(...one.failures);
    say(
      `stations ${round}/${rounds}: ${stations} of them, ${one.operations} operations, ${one.cuts} cuts, ${one.kills} kills`,
    );
  }
  return [
    {
      promise: 'stations come to the same state, byte for byte, and no change is lost',
      attempts: operations,
      failures,
      figures: `divergences=${failures.length} cuts_survived=${cut} of_them_kill_9=${kills}`,
    },
  ];
};
