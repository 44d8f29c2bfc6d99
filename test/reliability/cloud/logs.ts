import { headKey, logKey } from '#core/cloud/feed/log-format.ts';
import { type FeedStation, openFeedStation } from '#test/support/feed-bench.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/memory-store.ts';
import type { Campaign, Chance } from '../campaign.ts';

type Objects = MemoryStore['objects'];

/** What the operator has to do harm with: the store now and at other times. */
type Reach = {
  readonly objects: Objects;
  readonly before: Objects;
  readonly earlier: Objects;
  /** The store of a copy of the station, which went on by itself. */
  readonly elsewhere: Objects;
  readonly writer: string;
  readonly other: string;
  /** Log objects that the reader has not read: from, up to and including. */
  readonly unread: readonly [number, number];
  readonly chance: Chance;
};

type Deed = {
  readonly words: string;
  /** The reader has read all before it is done. */
  readonly afterReading: boolean;
  readonly do: (reach: Reach) => void;
};

const copyOf = (objects: Objects): Objects =>
  new Map([...objects].map(([key, kept]) => [key, { ...kept, bytes: Uint8Array.from(kept.bytes) }]));

function someUnread({ writer, unread, chance }: Reach): string {
  return logKey(writer, chance.between(...unread));
}

function change(objects: Objects, key: string, by: (bytes: Uint8Array) => Uint8Array): void {
  const kept = objects.get(key);
  if (kept === undefined) throw new Error(`There is no ${key}.`);
  objects.set(key, { ...kept, bytes: by(Uint8Array.from(kept.bytes)) });
}

function put(to: Objects, key: string, from: Objects, source = key): void {
  const kept = from.get(source);
  if (kept === undefined) to.delete(key);
  else to.set(key, kept);
}

const ofWriter = (objects: Objects, writer: string): readonly string[] =>
  [...objects.keys()].filter((key) => key.includes(writer));

function flip(bytes: Uint8Array, chance: Chance): Uint8Array {
  const at = chance.between(0, bytes.length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.between(0, 7));
  return bytes;
}

const deeds: readonly Deed[] = [
  {
    words: 'an entry changed',
    afterReading: false,
    do: (reach) => change(reach.objects, someUnread(reach), (bytes) => flip(bytes, reach.chance)),
  },
  {
    words: 'an entry truncated',
    afterReading: false,
    do: (reach) =>
      change(reach.objects, someUnread(reach), (bytes) => bytes.slice(0, reach.chance.between(0, bytes.length - 1))),
  },
  { words: 'an entry removed', afterReading: false, do: (reach) => void reach.objects.delete(someUnread(reach)) },
  {
    words: 'two entries swapped',
    afterReading: false,
    do: ({ objects, before, writer, unread: [first, last] }) => {
      const [a, b] = [logKey(writer, first), logKey(writer, last)];
      put(objects, a, before, b);
      put(objects, b, before, a);
    },
  },
  {
    words: "another writer's entry put in place",
    afterReading: false,
    do: (reach) => put(reach.objects, someUnread(reach), reach.before, logKey(reach.other, 1)),
  },
  {
    words: 'an old entry replayed as a new one',
    afterReading: false,
    do: (reach) => put(reach.objects, someUnread(reach), reach.before, logKey(reach.writer, 1)),
  },
  {
    words: 'a head changed',
    afterReading: false,
    do: ({ objects, writer, chance }) => change(objects, headKey(writer), (bytes) => flip(bytes, chance)),
  },
  {
    words: "another writer's head put in place",
    afterReading: false,
    do: ({ objects, before, writer, other }) => put(objects, headKey(writer), before, headKey(other)),
  },
  {
    words: 'a head removed',
    afterReading: true,
    do: ({ objects, writer }) => void objects.delete(headKey(writer)),
  },
  {
    words: 'an old head replayed',
    afterReading: true,
    do: ({ objects, earlier, writer }) => put(objects, headKey(writer), earlier),
  },
  {
    words: 'a log rolled back',
    afterReading: true,
    do: ({ objects, earlier, writer }) => {
      for (const key of ofWriter(objects, writer)) put(objects, key, earlier);
    },
  },
  {
    words: 'a log forked: that of a copy of the station shown',
    afterReading: true,
    do: ({ objects, elsewhere, writer }) => {
      for (const key of new Set([...ofWriter(objects, writer), ...ofWriter(elsewhere, writer)])) {
        put(objects, key, elsewhere);
      }
    },
  },
];

type Round = { readonly done: number; readonly failures: readonly string[] };

async function say(station: FeedStation, words: readonly string[]): Promise<void> {
  for (const word of words) {
    await station.say(word);
    await station.feed.poke();
  }
}

/** What is found is named at a second look; a log that failed waits a little before it is looked at. */
async function look(station: FeedStation): Promise<void> {
  for (let looks = 0; looks < 3; looks++) {
    station.clock.time += 20 * 60_000;
    await station.feed.poke();
  }
}

async function oneRound(chance: Chance): Promise<Round> {
  const store = createMemoryStore();
  await using desk = await openFeedStation(store, { name: 'Desk' });
  await using annex = await openFeedStation(store, { name: 'Annex' });
  await using reader = await openFeedStation(store, { name: 'Reader' });
  const said = new Set<string>();
  const next = (): string => {
    const word = `entry ${said.size}`;
    said.add(JSON.stringify(word));
    return word;
  };
  // A log begins with the first look; what was before it is told by those who keep it.
  for (const station of [desk, annex, reader]) await station.feed.poke();
  await say(desk, [next(), next(), next()]);
  await say(annex, [next(), next()]);
  await look(reader);
  const [writer, other] = [await desk.writer(), await annex.writer()];
  const elsewhere = createMemoryStore();
  for (const [key, kept] of copyOf(store.objects)) elsewhere.objects.set(key, kept);
  await using copy = await openFeedStation(elsewhere, { name: 'Desk', copyOf: desk.folder });
  await say(
    copy,
    Array.from({ length: chance.between(1, 40) }, (_, n) => `of the copy ${n}`),
  );
  const failures: string[] = [];
  const check = (holds: boolean, words: string): void => {
    if (!holds) failures.push(words);
  };
  const order = [...deeds].sort(() => chance.next() - 0.5);
  for (const deed of order) {
    const earlier = copyOf(store.objects);
    const first = (await desk.catalog.logs.state()).position.seq + 1;
    await say(desk, Array.from({ length: chance.between(2, 4) }, next));
    const unread = [first, (await desk.catalog.logs.state()).position.seq] as const;
    if (deed.afterReading) await look(reader);
    const before = copyOf(store.objects);
    const had = await reader.taken();
    deed.do({ objects: store.objects, before, earlier, elsewhere: elsewhere.objects, writer, other, unread, chance });
    const harmed = [...new Set([...before.keys(), ...store.objects.keys()])].filter(
      (key) =>
        Buffer.compare(
          store.objects.get(key)?.bytes ?? new Uint8Array(0),
          before.get(key)?.bytes ?? new Uint8Array(0),
        ) !== 0,
    );
    await annex.say(next());
    const fresh = [...said].at(-1) ?? '';
    await annex.feed.poke();
    await look(reader);
    const taken = await reader.taken();
    check(
      (await reader.troubles()).some((trouble) => trouble.includes(writer)),
      `unnoticed: ${deed.words}`,
    );
    check(
      taken.every((word) => said.has(word)),
      `${deed.words}: something was taken in that nobody said`,
    );
    check(
      had.every((word) => taken.includes(word)),
      `${deed.words}: something that was taken in is gone`,
    );
    check(taken.includes(fresh), `${deed.words}: it kept another station from being heard`);
    for (const key of harmed) put(store.objects, key, before);
    await look(reader);
    check((await reader.troubles()).length === 0, `${deed.words}: still named when it was right again`);
    check((await reader.taken()).length === said.size, `${deed.words}: not all was taken in when it was right again`);
  }
  return { done: order.length, failures };
}

/** A hostile operator among the logs through which stations tell each other. */
export const runLogs: Campaign = async ({ rounds, say: tell }, chance) => {
  const failures: string[] = [];
  let done = 0;
  for (let round = 1; round <= rounds; round++) {
    const one = await oneRound(chance);
    done += one.done;
    failures.push(...one.failures);
    tell(`logs ${round}/${rounds}: ${one.done} deeds, ${one.failures.length} complaints`);
  }
  return [
    {
      promise: 'what the operator does to the logs of stations is named, believed by nobody and stops nobody',
      attempts: done,
      failures,
      figures: `undetected_deeds=${failures.filter((words) => words.startsWith('unnoticed')).length}`,
    },
  ];
};
