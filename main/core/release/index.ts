export { createGuardWorker, type GuardWorker } from './guard.ts';
export type { GuardPlan } from './guard-api.ts';
export { createReleases, type ReleaseRequest, type Releases, type ReleasesOptions } from './releases.ts';
export { createSigner, type Signer } from './ssh-signature.ts';
export { type PackageCheck, type PackageReport, verifyPackage } from './verify-package.ts';
