import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { newId } from '#core/kernel/index.ts';
import type { Campaign, Chance } from '../campaign.ts';
import type { DeskState, DeskTask, Place } from './desk-task.ts';

const program = fileURLToPath(new URL('./desk.ts', import.meta.url));
const endsWithinMs = 240_000;
const marker = 'plainview-store.json';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A station in a process of its own, which may be killed and is then started again on its folder. */
type Station = {
  readonly folder: string;
  readonly kills: () => number;
  readonly working: () => boolean;
  readonly ask: () => Promise<DeskState>;
  readonly end: () => Promise<void>;
};

/** `lives`: after how many deeds each life of the station ends; it works to its end when there are no more. */
function startStation(folder: string, place: Place, task: DeskTask, lives: readonly number[]): Station {
  let child: ChildProcess;
  let done = false;
  let kills = 0;
  let ending = false;
  let answer: PromiseWithResolvers<DeskState> | null = null;
  let broke: Error | null = null;
  let closed = Promise.resolve();
  const start = (): void => {
    const own = spawn(process.execPath, [program, folder, JSON.stringify(place), JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child = own;
    const complaints: Buffer[] = [];
    own.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    // Killed at once, while it comes up, or in the middle of what it does next.
    let left = lives[kills] ?? -1;
    const die = (): void => {
      if (done) return;
      kills++;
      own.kill('SIGKILL');
    };
    if (left === 0) setTimeout(die, 200);
    createInterface({ input: own.stdout }).on('line', (line) => {
      if (line === 'deed' && --left === 0) setTimeout(die, kills % 7);
      else if (line === 'done') done = true;
      else if (line.startsWith('{')) answer?.resolve(JSON.parse(line) as DeskState);
    });
    const over = Promise.withResolvers<undefined>();
    closed = over.promise;
    own.once('close', (code, signal) => {
      over.resolve(undefined);
      if (signal === 'SIGKILL' && !ending) start();
      else if (code !== 0 && !ending) {
        broke = new Error(`${task.name} ended with ${code ?? signal}: ${Buffer.concat(complaints).toString()}`);
        answer?.reject(broke);
      }
    });
  };
  start();
  return {
    folder,
    kills: () => kills,
    working: () => {
      if (broke !== null) throw broke;
      return !done;
    },
    ask: () => {
      if (broke !== null) return Promise.reject(broke);
      answer = Promise.withResolvers<DeskState>();
      child.stdin?.write('state\n');
      return answer.promise;
    },
    end: async () => {
      ending = true;
      if (broke === null && done) child.stdin?.end('end\n');
      else child.kill('SIGKILL');
      await closed;
    },
  };
}

type Round = {
  readonly operations: number;
  readonly kills: number;
  readonly cuts: number;
  readonly diverged: readonly string[];
  readonly lost: readonly string[];
};

/** Stations work at the same time; `trouble` is made at chance until all have done what they had to do, then it stops. */
async function oneRound(
  chance: Chance,
  stations: number,
  deeds: number,
  place: Place,
  trouble: { readonly make: () => Promise<void>; readonly count: () => number },
): Promise<Round> {
  const root = mkdtempSync(join(tmpdir(), 'plainview-stations-'));
  const running = Array.from({ length: stations }, (_, n) => {
    const folder = join(root, String(n));
    mkdirSync(folder);
    // Clocks that are minutes apart, one of them behind.
    const clockAheadMs = (n - 1) * chance.between(60_000, 900_000);
    const task = {
      name: `desk${n}`,
      accountId: newId('account'),
      seed: chance.between(1, 2 ** 30),
      deeds,
      clockAheadMs,
    };
    const lives = Array.from({ length: chance.between(1, 4) }, () => chance.between(0, Math.ceil(deeds / 3)));
    return startStation(folder, place, task, lives);
  });
  try {
    const deadline = performance.now() + endsWithinMs;
    while (running.some((one) => one.working())) {
      if (performance.now() > deadline) throw new Error(`The stations did not finish in ${endsWithinMs / 1000} s.`);
      await pause(chance.between(300, 1500));
      await trouble.make();
    }
    let states = await Promise.all(running.map((one) => one.ask()));
    while (new Set(states.map(({ sha256 }) => sha256)).size > 1 && performance.now() < deadline) {
      await pause(200);
      states = await Promise.all(running.map((one) => one.ask()));
    }
    for (const one of running) await one.end();
    const texts = running.map(({ folder }) => readFileSync(join(folder, 'state.json')));
    const diverged = texts.flatMap((text, n) =>
      text.equals(texts[0] ?? text) ? [] : [`desk${n} ended with something else than desk0`],
    );
    return {
      operations: Math.max(...states.map(({ operations }) => operations)),
      kills: running.reduce((sum, one) => sum + one.kills(), 0),
      cuts: trouble.count(),
      diverged: [...diverged, ...states.flatMap(({ wrong }) => wrong)],
      lost: states.flatMap((state) => state.lost.map((id) => `${id} was on a disk and is gone`)),
    };
  } finally {
    for (const one of running) await one.end();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Over a folder that goes away and comes back like a share of the network. */
async function overFolder(chance: Chance, stations: number, deeds: number): Promise<Round> {
  const around = mkdtempSync(join(tmpdir(), 'plainview-share-'));
  const [folder, away] = [join(around, 'share'), join(around, 'away')];
  mkdirSync(folder);
  writeFileSync(join(folder, marker), '{}');
  let cuts = 0;
  const make = async (): Promise<void> => {
    cuts++;
    renameSync(folder, away);
    await pause(chance.between(50, 700));
    renameSync(away, folder);
  };
  try {
    return await oneRound(chance, stations, deeds, { folder, marker }, { make, count: () => cuts });
  } finally {
    rmSync(around, { recursive: true, force: true });
  }
}

/** Two and three stations over a shared folder, whose people work at once while the share goes away and stations are killed. */
export const runShare: Campaign = async ({ rounds, say }, chance) => {
  // The short form is for every test run.
  const deeds = rounds === 1 ? 25 : 250;
  const all: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    const one = await overFolder(chance, round % 2 === 1 ? 3 : 2, deeds);
    all.push(one);
    say(
      `share ${round}/${rounds}: ${one.operations} operations, ${one.kills} kills, ${one.cuts} times without the share`,
    );
  }
  const sum = (of: (round: Round) => number): number => all.reduce((total, round) => total + of(round), 0);
  const operations = sum((round) => round.operations);
  const kills = sum((round) => round.kills);
  const cuts = sum((round) => round.cuts);
  return [
    {
      promise: 'stations that share a folder say the same in the end, byte for byte',
      attempts: operations,
      failures: all.flatMap(({ diverged }) => diverged),
      figures: `stations=3,2 rounds=${rounds} kill_9=${kills} cuts=${cuts}`,
    },
    {
      promise: 'nothing that a station of a shared folder had on its disk is lost',
      attempts: operations,
      failures: all.flatMap(({ lost }) => lost),
      figures: `kill_9=${kills}`,
    },
  ];
};
