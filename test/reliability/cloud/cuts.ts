import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identityKey } from '#core/cloud/identity.ts';
import { partSizeFor } from '#core/cloud/send-original.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import type { Coming, Fault } from '#test/support/fault-store/faults.ts';
import { isFounded } from '#test/support/fault-store/open.ts';
import { type FaultStore, openFaultStore } from '#test/support/fault-store/server.ts';
import type { Campaign, Chance } from '../campaign.ts';
import type { Verified } from './verified.ts';

const mebibyte = 1024 * 1024;
const program = fileURLToPath(new URL('./uploader.ts', import.meta.url));
/** After so many faults and the kills the line holds, in short and otherwise. */
const [fewFaults, manyFaults] = [8, 30];
const endsWithinMs = 180_000;

/** One request in so many goes wrong; of those that carry evidence more, for they are few. */
const [faultEvery, mediaFaultEvery] = [6, 2.5];

function someCut(chance: Chance, size: number): Fault {
  const somewhere = chance.between(0, Math.max(0, size - 1));
  const bodied: readonly Fault[] = size > 0 ? [{ does: 'cut-request', after: somewhere }] : [];
  return chance.pick<Fault>([
    ...bodied,
    ...bodied,
    { does: 'cut-answer', after: chance.between(0, 2 * mebibyte) },
    { does: 'lose-answer' },
    { does: 'stall' },
    { does: 'stall-answer', after: chance.between(0, 2 * mebibyte) },
    { does: 'slow-down' },
    { does: 'fail' },
    { does: 'refuse' },
    { does: 'twice' },
    { does: 'empty-etag' },
  ]);
}

/** These cost nothing: the request is answered well. */
const costsNothing: readonly Fault['does'][] = ['twice', 'empty-etag'];
const isMedia = ({ what, key }: Coming): boolean => (what === 'part' || what === 'put') && key.includes('/media/');

type Round = {
  readonly kills: number;
  readonly faults: number;
  readonly cutsOf: ReadonlyMap<string, number>;
  readonly resentOf: ReadonlyMap<string, number>;
  readonly lost: readonly string[];
};

/** A station sends its originals while the line is cut at chance and it is killed with SIGKILL in the middle of parts. */
async function oneRound(mostFaults: number, chance: Chance): Promise<Round> {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-cuts-'));
  const sizes = [chance.between(17, 26) * mebibyte, chance.between(9, 16) * mebibyte, chance.between(1, 900_000)];
  const cutsOf = new Map<string, number>();
  const cutOff = new Set<FaultStore['received'][number]>();
  const count = (key: string): void => void cutsOf.set(key, (cutsOf.get(key) ?? 0) + 1);
  let faults = 0;
  let kills = 0;
  const wantedKills = chance.between(2, 4);
  await using server = await openFaultStore();
  server.script = (coming) => {
    // The founding is another campaign's matter.
    if (
      (kills >= wantedKills && faults >= mostFaults) ||
      !isFounded(server) ||
      coming.key.endsWith(identityKey) ||
      !chance.happens(1 / (isMedia(coming) ? mediaFaultEvery : faultEvery))
    ) {
      return null;
    }
    const fault = someCut(chance, coming.size);
    if (!costsNothing.includes(fault.does)) {
      faults++;
      if (isMedia(coming)) count(coming.key);
    }
    return fault;
  };
  try {
    let killAt = 0;
    let verified: readonly Verified[] | null = null;
    let running: ChildProcess | null = null;
    server.onBytes = (total) => {
      if (running === null || kills >= wantedKills || total < killAt) return;
      running.kill('SIGKILL');
      running = null;
      kills++;
      // Whatever was on its way is cut off with its station.
      for (const one of server.received) {
        if (!isMedia(one) || !isOpen(one) || cutOff.has(one)) continue;
        cutOff.add(one);
        count(one.key);
      }
    };
    const receivedSoFar = (): number => server.received.reduce((sum, { bytes }) => sum + bytes, 0);
    while (verified === null) {
      killAt = receivedSoFar() + chance.between(1, 9 * mebibyte);
      verified = await runUntilEnd(server, folder, sizes, (child) => {
        running = child;
      });
    }
    const lost = verified
      .filter(({ key, sha256 }) => sha256Hex(server.bucket.objects.get(key)?.bytes ?? new Uint8Array(0)) !== sha256)
      .map(({ key }) => `${key} is called verified and is not what was sent`);
    if (verified.length !== sizes.length) lost.push(`${verified.length} of ${sizes.length} originals arrived`);
    const resentOf = new Map(verified.map(({ key, sizeBytes }) => [key, receivedOf(server, key) - sizeBytes]));
    return { kills, faults, cutsOf, resentOf, lost };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** It was neither answered nor told to fail. */
function isOpen({ status, fault }: FaultStore['received'][number]): boolean {
  return status === null && (fault === null || costsNothing.includes(fault.does));
}

function receivedOf(server: FaultStore, key: string): number {
  return server.received.filter((one) => isMedia(one) && one.key === key).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What it verified; null when it was killed. */
async function runUntilEnd(
  server: FaultStore,
  folder: string,
  sizes: readonly number[],
  onStart: (child: ChildProcess) => void,
): Promise<readonly Verified[] | null> {
  const { endpoint, region, bucketName, access } = server;
  const place = JSON.stringify({ endpoint, region, bucketName, access });
  const child = spawn(process.execPath, [program, folder, sizes.join(','), place], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [told, complaints]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => told.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const timer = setTimeout(() => child.kill('SIGTERM'), endsWithinMs);
  onStart(child);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...ended) => resolve(ended));
  });
  clearTimeout(timer);
  if (signal === 'SIGKILL') return null;
  if (code !== 0) throw new Error(`The station ended with ${code ?? signal}: ${Buffer.concat(complaints).toString()}`);
  const lines = Buffer.concat(told).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Verified);
}

/** Cuts and kills in the middle of uploads. */
export const runCuts: Campaign = async ({ rounds, short, say }, chance) => {
  const lost: string[] = [];
  const tooMuch: string[] = [];
  let [kills, faults, cuts, resent, originals] = [0, 0, 0, 0, 0];
  const part = partSizeFor(0);
  for (let round = 1; round <= rounds; round++) {
    const one = await oneRound(short === true ? fewFaults : manyFaults, chance);
    kills += one.kills;
    faults += one.faults;
    originals += one.resentOf.size;
    lost.push(...one.lost);
    for (const [key, bytes] of one.resentOf) {
      const cutsHere = one.cutsOf.get(key) ?? 0;
      cuts += cutsHere;
      resent += bytes;
      if (bytes > cutsHere * part) tooMuch.push(`${bytes} bytes of ${key} were sent again after ${cutsHere} cuts`);
    }
    say(`cuts ${round}/${rounds}: ${one.faults} faults and ${one.kills} kills survived`);
  }
  const perCut = cuts === 0 ? 0 : Math.round(resent / cuts);
  return [
    {
      promise: 'nothing is lost when the line is cut or the station is killed',
      attempts: kills + faults,
      failures: lost,
      figures: `cuts_survived=${kills + faults} of_them_kill_9=${kills} originals=${originals}`,
    },
    {
      promise: 'at most one part is sent again per cut',
      attempts: cuts,
      failures: tooMuch,
      figures: `bytes_resent_per_cut=${perCut} part=${part}`,
    },
  ];
};
