// Starts one Ceph monitor, one OSD in memory and a RADOS Gateway on loopback, all below one folder; ends them with itself.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { GatewayUser, RadosGateway } from './rados-gateway.ts';

const run = promisify(execFile);
const [folder = '', ownerText = ''] = process.argv.slice(2);
const owner = Number(ownerText);
const inFolder = (name: string): string => join(folder, name);
const configuration = inFolder('ceph.conf');
const daemons: ChildProcess[] = [];

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) server.close();
  return ports;
}

function daemon(program: string, ...args: readonly string[]): void {
  const log = openSync(inFolder(`${program}.out`), 'a');
  daemons.push(spawn(program, ['-c', configuration, '-f', ...args], { stdio: ['ignore', log, log] }));
}

async function tool(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, ['-c', configuration, ...args], { timeout: 60_000 });
  return stdout;
}

async function makeKeyring(): Promise<void> {
  const keyring = inFolder('keyring');
  const key = (...args: readonly string[]) => run('ceph-authtool', [keyring, '--gen-key', ...args]);
  await key('--create-keyring', '-n', 'mon.', '--cap', 'mon', 'allow *');
  await key('-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *');
  await key('-n', 'osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *');
}

async function makeUser(name: string): Promise<GatewayUser> {
  const user = { name, accessKeyId: randomUUID().replaceAll('-', ''), secretAccessKey: randomUUID() };
  const keys = ['--access-key', user.accessKeyId, '--secret', user.secretAccessKey];
  await tool('radosgw-admin', 'user', 'create', '--uid', name, '--display-name', name, ...keys);
  return user;
}

async function start(): Promise<RadosGateway> {
  const [v2, v1, web] = await freePorts(3);
  const monitor = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`;
  const cluster = randomUUID();
  for (const name of ['mon', 'osd', 'rgw']) mkdirSync(inFolder(name));
  writeFileSync(
    configuration,
    `[global]
fsid = ${cluster}
mon host = ${monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${inFolder('keyring')}
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail crit = 1
mon osd min up ratio = 0
paxos propose interval = 0.02
paxos min wait = 0.01
osd objectstore = memstore
memstore device bytes = 4294967296
mon data = ${inFolder('mon')}
osd data = ${inFolder('osd')}
rgw data = ${inFolder('rgw')}
run dir = ${folder}
admin socket =
pid file =
log file = ${inFolder('$name.log')}
mon cluster log file = ${inFolder('cluster.log')}
rgw frontends = beast endpoint=127.0.0.1:${web}
[mon.a]
`,
  );
  await makeKeyring();
  const map = inFolder('monmap');
  await run('monmaptool', ['--create', '--addv', 'a', monitor, '--fsid', cluster, map]);
  await tool('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', inFolder('keyring'));
  daemon('ceph-mon', '-i', 'a');
  const disk = randomUUID();
  await tool('ceph', 'osd', 'new', disk);
  await tool('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk);
  daemon('ceph-osd', '-i', '0');
  const department = await makeUser('department');
  const stranger = await makeUser('stranger');
  daemon('radosgw', '-n', 'client.admin');
  const endpoint = `http://127.0.0.1:${web}`;
  for (;;) {
    const answer = await fetch(endpoint).catch(() => null);
    if (answer?.status === 200) return { endpoint, region: 'default', department, stranger };
    if (daemons.some((child) => child.exitCode !== null)) throw new Error('A part of the gateway ended by itself.');
    await sleep(100);
  }
}

function end(code: number): never {
  for (const child of daemons) child.kill('SIGKILL');
  // What is in memory is gone with the processes; nothing of it is wanted.
  if (code === 0) rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

writeFileSync(inFolder('keeper.pid'), String(process.pid));
process.on('SIGTERM', () => end(0));
process.on('SIGINT', () => end(0));
setInterval(() => {
  if (!isAlive(owner)) end(0);
}, 500);

try {
  const began = performance.now();
  const gateway = await start();
  writeFileSync(inFolder('ready.new'), JSON.stringify(gateway));
  renameSync(inFolder('ready.new'), inFolder('ready.json'));
  console.log(`Ready after ${Math.round(performance.now() - began)} ms.`);
} catch (error) {
  console.error(error);
  writeFileSync(inFolder('failed'), '');
  end(1);
}
