import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type AgencyKind, agencyKindSchema } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';

/** What was asked for on the command line. */
export type Command =
  | { readonly kind: 'help'; readonly topic: CommandName | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'start'; readonly port: number; readonly noOpen: boolean }
  | {
      readonly kind: 'offload';
      readonly path: string;
      readonly agency: AgencyKind;
      /** Null: what is sealed stays on this station for now. */
      readonly toStore: ToStore | null;
    }
  | { readonly kind: 'verify'; readonly path: string; readonly fingerprint: string | null }
  | { readonly kind: 'doctor' }
  | { readonly kind: 'reconcile'; readonly thorough: boolean; readonly repair: boolean }
  | {
      readonly kind: 'setup';
      readonly name: string;
      readonly zone: string | null;
      readonly username: string;
      readonly displayName: string | null;
    }
  | { readonly kind: 'passphrase'; readonly action: 'set' | 'remove' }
  | { readonly kind: 'audit-verify'; readonly agency: AgencyKind }
  | { readonly kind: 'audit-export'; readonly agency: AgencyKind; readonly output: string | null };

/** Sending what was offloaded into the department's store, and waiting for it. */
export type ToStore = {
  /** The file that describes the store; null when the station uses it already. */
  readonly targetFile: string | null;
  /** After so many minutes it is given up for now; null: never. */
  readonly giveUpAfterMinutes: number | null;
};

/** A command with what every command understands. `dataDir` null: the usual place. */
export type Invocation = { readonly command: Command; readonly json: boolean; readonly dataDir: string | null };

const commandNames = ['start', 'offload', 'verify', 'doctor', 'reconcile', 'setup', 'passphrase', 'audit'] as const;
export type CommandName = (typeof commandNames)[number];

const common = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  data: { type: 'string' },
} as const;
const options = {
  start: { ...common, port: { type: 'string' }, 'no-open': { type: 'boolean' } },
  offload: {
    ...common,
    agency: { type: 'string' },
    'to-store': { type: 'boolean' },
    store: { type: 'string' },
    'give-up-after': { type: 'string' },
  },
  verify: { ...common, signer: { type: 'string' } },
  doctor: common,
  reconcile: { ...common, thorough: { type: 'boolean' }, repair: { type: 'boolean' } },
  setup: {
    ...common,
    name: { type: 'string' },
    zone: { type: 'string' },
    username: { type: 'string' },
    'display-name': { type: 'string' },
  },
  passphrase: common,
  audit: { ...common, agency: { type: 'string' }, output: { type: 'string', short: 'o' } },
} as const;

function usage(message: string, topic: CommandName | null): ExpectedError {
  return new ExpectedError('invalid-request', message, {
    nextStep: `See "plainview ${topic === null ? '' : `${topic} `}--help".`,
  });
}

function isCommandName(text: string): text is CommandName {
  return commandNames.some((name) => name === text);
}

type Given = Readonly<Record<string, unknown>>;

function text(values: Given, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}

function agencyOf(values: Given, topic: CommandName): AgencyKind {
  const agency = agencyKindSchema.safeParse(text(values, 'agency') ?? 'department');
  if (!agency.success) throw usage('The agency is either "department" or "training".', topic);
  return agency.data;
}

function portOf(given: string | null): number {
  if (given === null) return 0;
  const port = Number(given);
  if (/^\d{1,5}$/.test(given) && port <= 65_535) return port;
  throw usage('A port is a number from 0 to 65535.', 'start');
}

function one(positionals: readonly string[], topic: CommandName, what: string): string {
  const [path] = positionals;
  if (path === undefined || path === '') throw usage(`Say which ${what}.`, topic);
  if (positionals.length > 1) throw usage(`Only one ${what} at a time. Put a path with spaces in quotes.`, topic);
  return path;
}

function none(positionals: readonly string[], topic: CommandName): void {
  if (positionals[0] !== undefined) throw usage(`"${positionals[0]}" is not understood here.`, topic);
}

function auditCommand(positionals: readonly string[], values: Given): Command {
  const [what, ...more] = positionals;
  none(more, 'audit');
  const agency = agencyOf(values, 'audit');
  if (what === 'verify') return { kind: 'audit-verify', agency };
  if (what === 'export') return { kind: 'audit-export', agency, output: text(values, 'output') };
  throw usage('Say "audit verify" or "audit export".', 'audit');
}

function toStoreOf(values: Given): ToStore | null {
  const [targetFile, minutes] = [text(values, 'store'), text(values, 'give-up-after')];
  if (values['to-store'] !== true) {
    if (targetFile === null && minutes === null) return null;
    throw usage('--store and --give-up-after belong to --to-store.', 'offload');
  }
  if (agencyOf(values, 'offload') === 'training') throw usage('The training agency has no store.', 'offload');
  if (minutes !== null && !/^[1-9]\d{0,4}$/.test(minutes)) {
    throw usage('--give-up-after takes whole minutes, from 1.', 'offload');
  }
  return { targetFile, giveUpAfterMinutes: minutes === null ? null : Number(minutes) };
}

function commandOf(name: CommandName, positionals: readonly string[], values: Given): Command {
  switch (name) {
    case 'start':
      none(positionals, name);
      return { kind: 'start', port: portOf(text(values, 'port')), noOpen: values['no-open'] === true };
    case 'offload':
      return {
        kind: 'offload',
        path: one(positionals, name, 'folder or file'),
        agency: agencyOf(values, name),
        toStore: toStoreOf(values),
      };
    case 'verify':
      return { kind: 'verify', path: one(positionals, name, 'package'), fingerprint: text(values, 'signer') };
    case 'doctor':
      none(positionals, name);
      return { kind: 'doctor' };
    case 'reconcile':
      none(positionals, name);
      return { kind: 'reconcile', thorough: values['thorough'] === true, repair: values['repair'] === true };
    case 'setup': {
      none(positionals, name);
      const [department, username] = [text(values, 'name'), text(values, 'username')];
      if (department === null || username === null) throw usage('Give --name and --username.', name);
      return {
        kind: 'setup',
        name: department,
        username,
        zone: text(values, 'zone'),
        displayName: text(values, 'display-name'),
      };
    }
    case 'passphrase': {
      const [action, ...more] = positionals;
      none(more, name);
      if (action === 'set' || action === 'remove') return { kind: 'passphrase', action };
      throw usage('Say "passphrase set" or "passphrase remove".', name);
    }
    case 'audit':
      return auditCommand(positionals, values);
  }
}

/** Reads the command line (without program names). Nothing means `start`. Throws `invalid-request` in plain words. */
export function parseCommand(args: readonly string[]): Invocation {
  const [first = 'start'] = args;
  if (first === '--version') return { command: { kind: 'version' }, json: args.includes('--json'), dataDir: null };
  if (first === '--help' || first === '-h' || first === 'help') {
    const topic = args[1];
    return {
      command: { kind: 'help', topic: topic !== undefined && isCommandName(topic) ? topic : null },
      json: false,
      dataDir: null,
    };
  }
  const name = first.startsWith('-') ? 'start' : first;
  if (!isCommandName(name)) throw usage(`There is no command "${name}".`, null);
  const rest = first.startsWith('-') ? args : args.slice(1);
  let parsed: { readonly values: Given; readonly positionals: readonly string[] };
  try {
    const config: ParseArgsConfig = { args: [...rest], options: options[name], allowPositionals: true, strict: true };
    parsed = parseArgs(config);
  } catch (error) {
    throw usage(
      error instanceof Error ? error.message.replace(/\. .*$/s, '.') : 'The options are not understood.',
      name,
    );
  }
  const { values, positionals } = parsed;
  if (values['help'] === true) return { command: { kind: 'help', topic: name }, json: false, dataDir: null };
  return {
    command: commandOf(name, positionals, values),
    json: values['json'] === true,
    dataDir: text(values, 'data'),
  };
}
