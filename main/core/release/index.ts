export { createGuardWorker, type GuardPlan, type GuardWorker } from './guard.ts';
export { createReleases, type ReleaseRequest, type Releases, type ReleasesOptions } from './releases.ts';
export { createSigner, type Signer } from './ssh-signature.ts';
export { type PackageCheck, type PackageReport, verifyPackage } from './verify-package.ts';
