import { ExpectedError } from '#common/errors/index.ts';
import type { OriginalId } from '#common/evidence/index.ts';
import type { KeyPage } from '../store/port.ts';

/** What lies under one name: an original of the catalog, a media object, a manifest, or several of these. */
export type Step = {
  readonly name: string;
  readonly id: OriginalId | null;
  readonly media: { readonly sizeBytes: number; readonly modifiedAt: number } | null;
  readonly manifest: boolean;
};

/** What lies below `media/` and `manifests/` and has no name that an original can have. */
type Foreign = { readonly key: string; readonly sizeBytes: number };

export type Walked =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'foreign'; readonly found: Foreign };

export type Sides = {
  readonly count: () => Promise<number>;
  /** Ids of the catalog in their order. */
  readonly ids: (after: string, limit: number) => Promise<readonly OriginalId[]>;
  readonly nameOf: (id: OriginalId) => string;
  readonly list: (prefix: string, after: string | null) => Promise<KeyPage>;
};

const signs = '0123456789abcdefghjkmnpqrstvwxyz';
const nameShape = new RegExp(`^[${signs}]{32}$`);
const idsAtOnce = 2_000;
/** Names of the catalog that are held and sorted at a time; whatever the catalog's size, no more than about so many. */
const usualHeld = 50_000;

/** True for what an original can be called in the store. */
function isName(text: string): boolean {
  return nameShape.test(text);
}

/**
 * Goes through all names in their order, once through the store's listings and as often through the catalog's ids as it takes to
 * hold few of them at a time: the names are spread evenly, so a share of the alphabet is a share of the originals.
 * `after` goes on behind a name. Throws `verification-failed` for a store that does not list in order, which would hide things.
 */
export async function* walkNames(
  sides: Sides,
  { after, held = usualHeld }: { readonly after: string | null; readonly held?: number },
): AsyncGenerator<Walked, undefined> {
  const media = peeking(listed(sides, 'media/', after));
  const manifests = peeking(listed(sides, 'manifests/', after));
  const shares = Math.max(1, Math.ceil((await sides.count()) / held));
  for (let share = 0; share < shares; share++) {
    const until = share + 1 === shares ? null : borderOf((share + 1) / shares);
    // What is left behind need not be read again.
    if (until !== null && after !== null && until <= after) continue;
    const known = await namesBetween(sides, maximum(borderOf(share / shares), after), until);
    let at = 0;
    for (;;) {
      const own = known[at] ?? null;
      const file = within(await media.peek(), until);
      const manifest = within(await manifests.peek(), until);
      const name = least([own?.name, file?.name, manifest?.name]);
      if (name === null) break;
      if (own?.name === name) at++;
      if (file?.name === name) await media.skip();
      if (manifest?.name === name) await manifests.skip();
      if (isName(name)) {
        const object = file?.name === name ? { sizeBytes: file.sizeBytes, modifiedAt: file.modifiedAt } : null;
        const id = own?.name === name ? own.id : null;
        yield { kind: 'step', step: { name, id, media: object, manifest: manifest?.name === name } };
        continue;
      }
      for (const found of [file, manifest]) {
        if (found?.name === name) yield { kind: 'foreign', found: { key: found.key, sizeBytes: found.sizeBytes } };
      }
    }
  }
}

type Listed = { readonly name: string; readonly key: string; readonly sizeBytes: number; readonly modifiedAt: number };

async function* listed(sides: Sides, prefix: string, after: string | null): AsyncGenerator<Listed, undefined> {
  let last = after === null ? '' : prefix + after;
  for (let from: string | null = after === null ? null : last; ; ) {
    const page: KeyPage = await sides.list(prefix, from);
    for (const { key, sizeBytes, modifiedAt } of page.objects) {
      if (!key.startsWith(prefix) || key <= last) throw disorder(key);
      last = key;
      yield { name: key.slice(prefix.length), key, sizeBytes, modifiedAt };
    }
    if (page.next === null) return;
    // A page that leads back would never end.
    if (from !== null && page.next <= from) throw disorder(page.next);
    from = page.next;
  }
}

function disorder(key: string): ExpectedError {
  return new ExpectedError('verification-failed', 'The store does not list its objects in their order.', {
    subject: key,
    nextStep: 'Whoever runs the store has to look at it. Until then nobody can say what it holds.',
  });
}

function peeking(source: AsyncGenerator<Listed, undefined>): {
  readonly peek: () => Promise<Listed | null>;
  readonly skip: () => Promise<void>;
} {
  let ahead: Promise<Listed | null> | null = null;
  const next = async (): Promise<Listed | null> => (await source.next()).value ?? null;
  return {
    peek: () => (ahead ??= next()),
    skip: async () => {
      await ahead;
      ahead = null;
    },
  };
}

/** Where a share of all names ends: four signs are fine enough for a million shares. */
function borderOf(share: number): string {
  let rest = Math.floor(share * 32 ** 4);
  let border = '';
  for (let place = 0; place < 4; place++) {
    border = signs.charAt(rest % 32) + border;
    rest = Math.floor(rest / 32);
  }
  return border;
}

async function namesBetween(
  sides: Sides,
  from: string,
  until: string | null,
): Promise<readonly { readonly name: string; readonly id: OriginalId }[]> {
  const found: { name: string; id: OriginalId }[] = [];
  for (let after = ''; ; ) {
    const ids = await sides.ids(after, idsAtOnce);
    for (const id of ids) {
      const name = sides.nameOf(id);
      if (name > from && (until === null || name < until)) found.push({ name, id });
    }
    const last = ids.at(-1);
    if (last === undefined || ids.length < idsAtOnce) break;
    after = last;
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function within(found: Listed | null, until: string | null): Listed | null {
  return found !== null && (until === null || found.name < until) ? found : null;
}

function least(names: readonly (string | undefined)[]): string | null {
  let first: string | null = null;
  for (const name of names) if (name !== undefined && (first === null || name < first)) first = name;
  return first;
}

function maximum(a: string, b: string | null): string {
  return b !== null && b > a ? b : a;
}
