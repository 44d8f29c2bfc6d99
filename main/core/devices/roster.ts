/** Which cameras an agency has, who wears them and what they are called. Names only: it decides nothing about evidence. */
export type Roster = {
  /** Everybody who may have recorded, as they are called. */
  readonly people: readonly string[];
  /** By device id. `name` is what a camera without a wearer is called ("Cruiser 4"). */
  readonly devices: ReadonlyMap<string, { readonly name: string | null; readonly officer: string | null }>;
};

/**
 * Who recorded: whom the file names, in the roster's spelling when it knows them ("DanaWhitlock", "jokafor"); where the file
 * names nobody, whose camera it is.
 */
export function officerIn(roster: Roster | undefined, deviceId: string, written: string | null): string | null {
  if (written === null) return roster?.devices.get(deviceId)?.officer ?? null;
  const wanted = fold(written);
  return roster?.people.find((name) => spellings(name).includes(wanted)) ?? written;
}

/** The camera with the name the roster gives it. */
export function deviceIn<T extends { readonly id: string; readonly name: string }>(
  roster: Roster | undefined,
  device: T,
): T {
  const name = roster?.devices.get(device.id)?.name ?? null;
  return name === null ? device : { ...device, name };
}

/** How cameras write a person: both names, or the first letter and the last name. */
function spellings(name: string): readonly string[] {
  const last = name.split(' ').at(-1) ?? '';
  return [fold(name), fold(name.charAt(0) + last)];
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
