import type { TFunction } from 'i18next';
import type { Actor, AuditEntry } from '#common/audit/index.ts';

/** Who did it, for people. */
export function actorWord(actor: Actor, t: TFunction<'admin'>): string {
  switch (actor.kind) {
    case 'account':
      return actor.username;
    case 'station':
      return t('audit.station');
    case 'command-line':
      return t('audit.commandLine', { user: actor.osUser });
  }
}

/** What happened, as a sentence without its subject. */
export function eventWord({ event }: AuditEntry, t: TFunction<'admin'>): string {
  if (event.kind === 'audit.verified') {
    return t(event.intact ? 'audit.event.audit.verified_intact' : 'audit.event.audit.verified_broken');
  }
  if (event.kind === 'store.probed') {
    const { place } = event;
    return t(event.usable ? 'audit.event.store.probed_usable' : 'audit.event.store.probed_unusable', { place });
  }
  if (event.kind === 'store.connected') {
    const { place } = event;
    return t(event.founded ? 'audit.event.store.connected_founded' : 'audit.event.store.connected_joined', { place });
  }
  // Ids and hashes stand in the details; the sentence takes what it names from the event. Which facts go with which text
  // is more than the types of the texts can follow over the whole union.
  const { kind, ...facts } = event;
  const say: (key: string, facts: object) => string = t as never;
  return say(`audit.event.${kind}`, facts);
}
