import type { ParsedRequestOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { readRecoverySecret, writeRecoverySecret } from '#common/evidence/recovery-secret.ts';
import type { SecretStore } from '#core/kernel/index.ts';
import { secretNames } from './connect.ts';
import { sameText } from './keys.ts';

/**
 * The recovery secret of a store that was founded here, until somebody shows that it stands on paper. The mark is set before the
 * store is founded and goes only when the paper was read back, so that neither a closed window nor a dead station loses it.
 */
export interface Recovery {
  /** Looks what is kept for the store in use; null: none is. */
  load(storeId: string | null): Promise<void>;
  unconfirmed(): boolean;
  /** The secret, for as long as it is not confirmed. Throws `not-found` after that. */
  show(): Promise<string>;
  /** Throws `key-wrong` when a group is not what was shown. */
  check(groups: ParsedRequestOf<'store.confirmRecovery'>['groups']): Promise<void>;
  /** From now on nobody is shown it any more. */
  confirmed(): Promise<void>;
}

export function createRecovery(secrets: SecretStore): Recovery {
  let unconfirmed = false;

  async function show(): Promise<string> {
    const root = unconfirmed ? await secrets.get(secretNames.root) : null;
    if (root !== null && root.length > 0) return writeRecoverySecret(root);
    throw new ExpectedError('not-found', 'There is no recovery secret that may still be shown.', {
      nextStep: 'It was confirmed from the paper when the store was founded; look for the printed copies.',
    });
  }

  return {
    load: async (storeId) => {
      const mark = storeId === null ? null : await secrets.get(secretNames.founding);
      const root = mark === null ? null : await secrets.get(secretNames.root);
      // Without the root there is nothing to show, and nothing to wait for.
      unconfirmed =
        mark !== null &&
        storeId !== null &&
        root !== null &&
        root.length > 0 &&
        sameText(new TextDecoder().decode(mark), storeId);
    },
    unconfirmed: () => unconfirmed,
    show,
    check: async (typed) => {
      const groups = readRecoverySecret(await show()).groups.map(({ text }) => text);
      const wrong = typed.filter(({ number, text }) => !sameText(text.trim().toUpperCase(), groups[number - 1] ?? ''));
      if (wrong.length > 0) {
        const which = wrong.map(({ number }) => number).join(' and ');
        throw new ExpectedError('key-wrong', `Group ${which} is not what the recovery secret has.`, {
          nextStep: 'Compare it with the paper and type it again.',
        });
      }
    },
    confirmed: async () => {
      await secrets.set(secretNames.founding, new Uint8Array(0));
      unconfirmed = false;
    },
  };
}

/** Throws while the secret of the store in use could still be lost with this station. */
export function needConfirmed(recovery: Recovery, place: string): void {
  if (!recovery.unconfirmed()) return;
  throw new ExpectedError('not-ready', 'The recovery secret of this store was never confirmed from paper.', {
    subject: place,
    nextStep: 'Print it and confirm it first: without it nobody could ever open what is in the store.',
  });
}
