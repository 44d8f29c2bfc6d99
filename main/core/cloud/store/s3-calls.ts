import type { S3Client } from '@aws-sdk/client-s3';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import { conflict } from './errors.ts';
import type { PutCondition, StoreCall } from './port.ts';
import { endpointOf, openS3Line, type S3Patience, type S3Target } from './s3-client.ts';
import { s3ErrorOf, s3Failure } from './s3-errors.ts';

type About = {
  readonly key: string | null;
  readonly permission: string;
  readonly condition?: PutCondition | undefined;
};
type Work<T> = (client: S3Client, how: { readonly abortSignal?: AbortSignal }) => Promise<T>;

/** Requests to one bucket, their errors in the port's words. */
export type S3Calls = ReturnType<typeof openS3Calls>;

function passwordOf(proxy: string | null): string {
  return proxy === null ? '' : decodeURIComponent(new URL(proxy).password);
}

export function openS3Calls(target: S3Target, secretAccessKey: string, patience: S3Patience, clock: Clock) {
  const line = openS3Line(target, secretAccessKey, patience, clock);
  const place = `Bucket ${target.bucket}${target.prefix === '' ? '' : `/${target.prefix}`} at ${new URL(endpointOf(target)).host}`;
  const secrets = [secretAccessKey, passwordOf(target.proxy)];

  async function run<T>(given: StoreCall | undefined, about: About, work: Work<T>): Promise<T> {
    const signal = given?.signal;
    const stopped = (): boolean => signal?.aborted === true;
    if (stopped()) throw new CancelledError();
    try {
      return await work(line.client, signal === undefined ? {} : { abortSignal: signal });
    } catch (error) {
      if (stopped() || error instanceof CancelledError) throw new CancelledError();
      const { name } = s3ErrorOf(error);
      // A missing object cannot be the one that was read.
      if (about.condition !== undefined && about.key !== null && (name === 'NoSuchKey' || name === 'NotFound')) {
        throw conflict('The object is no longer in the store.', about.key);
      }
      const skew = line.lastAnswer()?.skew ?? null;
      throw s3Failure(error, {
        place,
        bucket: target.bucket,
        secrets,
        skew,
        key: about.key,
        permission: about.permission,
      });
    }
  }

  /** Null when the store answers with one of these names. */
  async function orNull<T>(
    given: StoreCall | undefined,
    about: About,
    names: ReadonlySet<string>,
    work: Work<T>,
  ): Promise<T | null> {
    return run(given, about, async (client, how) => {
      try {
        return await work(client, how);
      } catch (error) {
        if (names.has(s3ErrorOf(error).name)) return null;
        throw error;
      }
    });
  }

  function notAStore(key: string): ExpectedError {
    return new ExpectedError('store-unreachable', 'What answered does not speak like a store.', {
      subject: `${place}, ${key}`,
      nextStep: 'Check the address: it may be a sign-in page or a proxy.',
    });
  }

  return {
    place,
    run,
    orNull,
    notAStore,
    /** Milliseconds UTC by the store's clock, as far as it is known. */
    storeTime: () => clock.now() + Math.round(line.lastAnswer()?.skew ?? 0),
    skew: () => line.lastAnswer()?.skew ?? null,
    close: () => line.client.destroy(),
  };
}
