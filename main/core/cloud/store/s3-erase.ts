import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { ExpectedError } from '#common/errors/index.ts';
import { MissingRight } from './errors.ts';
import type { StoreInsight } from './insight.ts';
import type { ObjectStore, StoreCall } from './port.ts';
import type { S3Calls } from './s3-calls.ts';
import type { S3Target } from './s3-client.ts';
import { timeOf } from './s3-names.ts';

type Version = { readonly Key: string; readonly VersionId?: string; readonly modifiedAt: number };

/** What a store says of a request that it does not offer or that this access may not make. */
function isNotOffered(error: unknown): boolean {
  return error instanceof MissingRight || (error instanceof ExpectedError && error.code === 'store-unsupported');
}

/** Removes what lies below a prefix with all its versions, as far as this access may. */
export function createS3Erase(
  target: S3Target,
  calls: S3Calls,
  port: Pick<ObjectStore, 'list' | 'listUploads' | 'abortUpload'>,
): StoreInsight['erase'] {
  const { bucket, prefix } = target;

  async function giveUpUploads(within: string, before: number, given: StoreCall | undefined): Promise<void> {
    try {
      for (const { key, upload, begunAt } of await port.listUploads(within, given)) {
        if (begunAt < before) await port.abortUpload(key, upload, given);
      }
    } catch (error) {
      // Whoever may not list uploads cannot know whether there are any; objects are removed all the same.
      if (!isNotOffered(error)) throw error;
    }
  }

  async function removeOne({ Key, VersionId }: Version, given: StoreCall | undefined): Promise<boolean> {
    const one = { Bucket: bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) };
    try {
      await calls.run(given, { key: null, permission: 's3:DeleteObject' }, (client, how) =>
        client.send(new DeleteObjectCommand(one), how),
      );
      return true;
    } catch (error) {
      if (error instanceof MissingRight || (error instanceof ExpectedError && error.code === 'store-conflict')) {
        return false;
      }
      throw error;
    }
  }

  /** All versions and delete markers where the store tells them; else the objects themselves. */
  async function versionsBelow(within: string, given: StoreCall | undefined): Promise<readonly Version[]> {
    const found: Version[] = [];
    let markers: { KeyMarker?: string; VersionIdMarker?: string } = {};
    try {
      for (;;) {
        const request = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix + within, ...markers });
        const page = await calls.run(given, { key: null, permission: 's3:ListBucketVersions' }, (client, how) =>
          client.send(request, how),
        );
        for (const { Key, VersionId, LastModified } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
          if (Key?.startsWith(prefix + within) !== true) continue;
          const modifiedAt = timeOf(LastModified) ?? 0;
          found.push({ Key, modifiedAt, ...(VersionId === undefined ? {} : { VersionId }) });
        }
        const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
        if (page.IsTruncated !== true || KeyMarker === undefined) return found;
        if (KeyMarker === markers.KeyMarker && VersionIdMarker === markers.VersionIdMarker) return found;
        markers = { KeyMarker, ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) };
      }
    } catch (error) {
      if (!isNotOffered(error)) throw error;
    }
    for (let after: string | null = ''; after !== null; ) {
      const page = await port.list(within, { ...given, ...(after === '' ? {} : { after }) });
      for (const { key, modifiedAt } of page.objects) found.push({ Key: prefix + key, modifiedAt });
      after = page.next;
    }
    return found;
  }

  return async (within, given) => {
    const before = given?.before ?? Number.POSITIVE_INFINITY;
    const call: StoreCall = given?.signal === undefined ? {} : { signal: given.signal };
    await giveUpUploads(within, before, call);
    let remaining = 0;
    for (const version of await versionsBelow(within, call)) {
      if (version.modifiedAt < before && !(await removeOne(version, call))) remaining++;
    }
    return { remaining };
  };
}
