const nonceLength = 12;
const tagLength = 16;
const cipher = 'AES-GCM';

/** The bytes are not what this key sealed for this place: harmed, moved, or sealed with another key. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError';
}

/**
 * The one place where what people may not read passes between memory and disk. `place` says where a value belongs; it is
 * bound to the bytes, so that one value put in another's place does not open.
 */
export type Seal = {
  readonly seal: (value: unknown, place: string) => Promise<Uint8Array<ArrayBuffer>>;
  /** Throws `SealBrokenError`. */
  readonly open: (sealed: unknown, place: string) => Promise<unknown>;
  /** Drops the key. What is under way ends; whatever comes later is refused. */
  readonly forget: () => void;
};

/**
 * Seals with AES-256-GCM: a random nonce of 96 bits, then the encrypted JSON text with its tag. The key is 32 bytes in base64
 * as the core gives it; it becomes one that no script can read out again, and its bytes here are overwritten.
 */
export async function sealWith(keyText: string): Promise<Seal> {
  const bytes = Uint8Array.from(atob(keyText), (character) => character.charCodeAt(0));
  let held: CryptoKey | null = await crypto.subtle.importKey('raw', bytes, cipher, false, ['encrypt', 'decrypt']);
  bytes.fill(0);
  const key = (): CryptoKey => {
    if (held === null) throw new Error('The session has ended; its key is forgotten.');
    return held;
  };
  const settings = (iv: Uint8Array<ArrayBuffer>, place: string) => ({
    name: cipher,
    iv,
    additionalData: new TextEncoder().encode(`plainview page cache v1\n${place}`),
  });
  return {
    seal: async (value, place) => {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceLength));
      const text = new TextEncoder().encode(JSON.stringify(value));
      const encrypted = await crypto.subtle.encrypt(settings(nonce, place), key(), text);
      const sealed = new Uint8Array(nonceLength + encrypted.byteLength);
      sealed.set(nonce);
      sealed.set(new Uint8Array(encrypted), nonceLength);
      return sealed;
    },
    open: async (sealed, place) => {
      const opener = key();
      if (!(sealed instanceof Uint8Array) || sealed.length < nonceLength + tagLength) {
        throw new SealBrokenError('What is stored here was never sealed.');
      }
      const whole = new Uint8Array(sealed);
      let text: ArrayBuffer;
      try {
        text = await crypto.subtle.decrypt(
          settings(whole.subarray(0, nonceLength), place),
          opener,
          whole.subarray(nonceLength),
        );
      } catch (cause) {
        throw new SealBrokenError('A stored value does not open with the key of this session.', { cause });
      }
      return JSON.parse(new TextDecoder().decode(text)) as unknown;
    },
    forget: () => {
      held = null;
    },
  };
}
