import { type ErrorCode, ExpectedError } from '#common/errors/index.ts';
import { MissingRight } from './errors.ts';

/** What was being done, for the words of an error. */
export type S3About = {
  /** The endpoint and bucket. */
  readonly place: string;
  readonly bucket: string;
  readonly key: string | null;
  /** What the access needs for it, as Amazon names it. */
  readonly permission: string;
  /** The store's clock minus ours in milliseconds, when it has answered. */
  readonly skew: number | null;
  /** Never to be seen: the secret key, the proxy's password. */
  readonly secrets: readonly string[];
};

type Words = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly nextStep: string;
  /** What the access may not do; only where that is the reason. */
  readonly right?: string;
};
type Say = (about: S3About, error: S3Error) => Words;

/** The parts of an SDK error that matter here. */
type S3Error = { readonly name: string; readonly message: string; readonly status: number; readonly system: string };

export function s3ErrorOf(error: unknown): S3Error {
  if (!(error instanceof Error)) return { name: '', message: String(error), status: 0, system: '' };
  const details = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number };
    readonly code?: unknown;
    readonly Code?: unknown;
  };
  const name = typeof details.Code === 'string' ? details.Code : error.name;
  return {
    name,
    message: error.message,
    status: details.$metadata?.httpStatusCode ?? 0,
    system: typeof details.code === 'string' ? details.code : '',
  };
}

const tryAgain = 'Nothing needs to be done: it is tried again.';
const askOperator = 'Ask whoever looks after the store.';

const words =
  (code: ErrorCode, message: string, nextStep: string): Say =>
  () => ({ code, message, nextStep });

const wrongSecret = words(
  'store-refused',
  'The secret key does not belong to the access key.',
  'Enter the secret key again. It may have been cut off or replaced at the store.',
);
const unknownAccessKey = words(
  'store-refused',
  'The store does not know this access key.',
  'Check the access key and the address of the store. The key may have been deleted there.',
);
const expired = words(
  'store-refused',
  'The access to the store has expired.',
  'Ask for a new access key and enter it.',
);
const conditionFailed = words(
  'store-conflict',
  'The object in the store is not what the change was made for; it was not touched.',
  'Read it again and decide anew.',
);
const bodyDamaged = words(
  'verification-failed',
  'The store received other bytes than were sent.',
  'Nothing was kept there; it is sent again. When it happens often, have the network looked at.',
);
const slowDown = words('store-busy', 'The store asks to slow down.', tryAgain);
const quota = words(
  'destination-full',
  'The store is full, or its quota is used up.',
  'Have the quota raised. Nothing is lost: this station keeps what could not be sent.',
);
const partsDiffer = words(
  'verification-failed',
  'The store does not have the parts as they were sent.',
  'List the parts and send again what is missing or different.',
);
const unsupported = words(
  'store-unsupported',
  'The store does not know how to do this.',
  `${askOperator} The set-up page shows what it can do.`,
);
const clockOff: Say = ({ skew }) => {
  const minutes = skew === null ? null : Math.max(1, Math.round(Math.abs(skew) / 60_000));
  const off = minutes === null ? 'too far off' : `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} off`;
  const way = skew === null ? '' : skew > 0 ? ': this station is behind' : ': this station is ahead';
  return {
    code: 'store-refused',
    message: `The clocks of this station and the store are ${off}${way}.`,
    nextStep:
      'Set the clock of this station, best by a time server. If it is right, tell whoever looks after the store.',
  };
};
const wrongRegion: Say = ({ bucket }, { message }) => {
  const expected = /expecting '([a-z0-9-]+)'/.exec(message)?.[1];
  return {
    code: 'store-refused',
    message: `The bucket "${bucket}" is in another region${expected === undefined ? '' : `: ${expected}`}.`,
    nextStep: 'Enter the region of the bucket.',
  };
};
const noBucket: Say = ({ bucket }) => ({
  code: 'store-refused',
  message: `The store has no bucket "${bucket}".`,
  nextStep: 'Check the name of the bucket. Plainview never makes one.',
});
const denied: Say = ({ permission }, { message }) =>
  /object lock|worm|retention|legal hold/i.test(message)
    ? {
        code: 'store-conflict',
        message: 'The store holds this object back: its time of retention has not passed.',
        nextStep: 'Wait until it has. Nobody can shorten it.',
      }
    : {
        code: 'store-refused',
        message: `The access key may not do this: ${permission} is missing.`,
        nextStep: `Have ${permission} added to the rights of the access key, for this bucket and prefix.`,
        right: permission,
      };

const byName: Readonly<Record<string, Say>> = {
  InvalidAccessKeyId: unknownAccessKey,
  NoSuchUser: unknownAccessKey,
  SignatureDoesNotMatch: wrongSecret,
  InvalidSecurity: unknownAccessKey,
  ExpiredToken: expired,
  InvalidToken: expired,
  AccountProblem: expired,
  UserSuspended: expired,
  RequestTimeTooSkewed: clockOff,
  RequestExpired: clockOff,
  PermanentRedirect: wrongRegion,
  TemporaryRedirect: slowDown,
  AuthorizationHeaderMalformed: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  NoSuchBucket: noBucket,
  // An object that is not there is told before; without a body this is all that is said of a bucket.
  NotFound: noBucket,
  AccessDenied: denied,
  AllAccessDisabled: denied,
  Forbidden: denied,
  PreconditionFailed: conditionFailed,
  ConditionalRequestConflict: conditionFailed,
  OperationAborted: conditionFailed,
  BadDigest: bodyDamaged,
  InvalidDigest: bodyDamaged,
  XAmzContentSHA256Mismatch: bodyDamaged,
  IncompleteBody: bodyDamaged,
  SlowDown: slowDown,
  TooManyRequests: slowDown,
  TooManyRequestsException: slowDown,
  RequestLimitExceeded: slowDown,
  Throttling: slowDown,
  ThrottlingException: slowDown,
  BandwidthLimitExceeded: slowDown,
  QuotaExceeded: quota,
  InsufficientStorage: quota,
  XMinioStorageFull: quota,
  InvalidPart: partsDiffer,
  InvalidPartOrder: partsDiffer,
  EntityTooSmall: partsDiffer,
  NotImplemented: unsupported,
  MethodNotAllowed: unsupported,
};

const unreachable = (message: string, nextStep: string): Words => ({ code: 'store-unreachable', message, nextStep });
const checkNetwork = 'Check the network. Nothing is lost: it is tried again.';
const checkAuthority =
  'Check the address. If the store has a certificate of its own, enter its certificate authority; never work around this.';

const bySystem: Readonly<Record<string, Words>> = {
  ENOTFOUND: unreachable(
    'The address of the store is not known on this network.',
    'Check the address and the network.',
  ),
  EAI_AGAIN: unreachable('The name service of this network does not answer.', checkNetwork),
  ECONNREFUSED: unreachable(
    'Nothing answers at the address of the store.',
    'Check the address and port; the store may be off.',
  ),
  CERT_HAS_EXPIRED: unreachable("The store's certificate has expired.", 'Have the certificate renewed.'),
  CERT_NOT_YET_VALID: unreachable("The store's certificate is not valid yet.", 'Check the clock of this station.'),
  ERR_TLS_CERT_ALTNAME_INVALID: unreachable("The store's certificate is for another name.", checkAuthority),
  DEPTH_ZERO_SELF_SIGNED_CERT: unreachable(
    "The store's certificate is signed by nobody that is trusted.",
    checkAuthority,
  ),
  SELF_SIGNED_CERT_IN_CHAIN: unreachable(
    "The store's certificate is signed by nobody that is trusted.",
    checkAuthority,
  ),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unreachable(
    "The store's certificate is signed by nobody that is trusted.",
    checkAuthority,
  ),
  UNABLE_TO_GET_ISSUER_CERT: unreachable(
    "The store's certificate is signed by nobody that is trusted.",
    checkAuthority,
  ),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unreachable(
    "The store's certificate is signed by nobody that is trusted.",
    checkAuthority,
  ),
  ERR_PROXY_TUNNEL: unreachable(
    'The proxy let nothing through to the store.',
    'Check the proxy, its name and password.',
  ),
  EPROTO: unreachable(
    'The store speaks no TLS at this address.',
    'Check whether the address begins with http or https.',
  ),
};

const networkCodes =
  /^(?:E(?:CONN|PIPE|TIMEDOUT|HOST|NET|ADDR|PROTO|AI_)|ERR_(?:TLS|SSL|SOCKET|STREAM|HTTP|PROXY)|HPE_|CERT_)/;

function wordsFor(about: S3About, error: S3Error): Words | null {
  const byItsName = Object.hasOwn(byName, error.name) ? byName[error.name] : undefined;
  if (byItsName !== undefined) return byItsName(about, error);
  const system = Object.hasOwn(bySystem, error.system) ? bySystem[error.system] : undefined;
  if (system !== undefined) return system;
  // The SDK calls a line that was cut a timeout as well.
  const isCut = error.system === 'ECONNRESET' || error.system === 'EPIPE';
  if (!isCut && (error.name === 'TimeoutError' || error.system === 'ETIMEDOUT')) {
    return unreachable('The store did not answer in time.', checkNetwork);
  }
  if (error.name === 'RequestTimeout') return unreachable('The store waited too long for our bytes.', checkNetwork);
  if (networkCodes.test(error.system)) return unreachable('The connection to the store was cut.', checkNetwork);
  return byStatus(about, error);
}

function byStatus(about: S3About, error: S3Error): Words | null {
  const { status } = error;
  if (status === 401) return unknownAccessKey(about, error);
  if (status === 403) return denied(about, error);
  if (status === 407) return unreachable('The proxy asks for a name and password.', 'Enter them in its address.');
  if (status === 409 || status === 412) return conditionFailed(about, error);
  if (status === 405 || status === 501) return unsupported(about, error);
  if (status === 429) return slowDown(about, error);
  if (status === 507) return quota(about, error);
  if (status === 503 && /reduce|rate|slow|busy/i.test(error.message)) return slowDown(about, error);
  if (status >= 500) return unreachable(`The store has a fault of its own (${status}).`, tryAgain);
  if (status >= 300 && status < 400) return wrongRegion(about, error);
  if (status === 200 || error.name === 'SyntaxError' || /deserializ|xml|parse/i.test(error.message)) {
    return unreachable(
      'What answered does not speak like a store.',
      'Check the address: it may be a sign-in page or a proxy.',
    );
  }
  if (status >= 400) {
    return {
      code: 'store-refused',
      message: `The store refused the request (${error.name}, ${status}).`,
      nextStep: askOperator,
    };
  }
  return null;
}

/** What a request to the store can fail with, in words and in the port's codes. Anything unknown is returned as it is. */
export function s3Failure(thrown: unknown, about: S3About): unknown {
  if (thrown instanceof ExpectedError) return thrown;
  const error = s3ErrorOf(thrown);
  const said = wordsFor(about, error);
  if (said === null) return thrown;
  const details = {
    subject: about.key === null ? about.place : `${about.place}, ${about.key}`,
    nextStep: said.nextStep,
    // The SDK's own error carries the request with its signature; only its words go on.
    cause: new Error(withoutSecrets(`${error.name} ${error.status} ${error.system}: ${error.message}`, about.secrets)),
  };
  return said.right === undefined
    ? new ExpectedError(said.code, said.message, details)
    : new MissingRight(said.right, said.message, details);
}

function withoutSecrets(message: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '…'), message);
}
