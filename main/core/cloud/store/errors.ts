import { ExpectedError } from '#common/errors/index.ts';

/** A condition did not hold, or the object is held back. */
export function conflict(message: string, subject: string): ExpectedError {
  return new ExpectedError('store-conflict', message, { subject });
}

export function notFound(key: string): ExpectedError {
  return new ExpectedError('not-found', 'The store does not have this object.', {
    subject: key,
    nextStep: 'Compare the station with the store to see what is missing.',
  });
}

export function noSuchUpload(key: string): ExpectedError {
  return new ExpectedError('not-found', 'The store knows no such unfinished upload (any more).', {
    subject: key,
    nextStep: 'Look whether the object is there already; else begin the upload again.',
  });
}

/** The access is known but may not do this one thing. `right` names what is missing, as whoever grants it calls it. */
export class MissingRight extends ExpectedError {
  readonly right: string;

  constructor(right: string, message: string, details: ConstructorParameters<typeof ExpectedError>[2] = {}) {
    super('store-refused', message, details);
    this.right = right;
  }
}
