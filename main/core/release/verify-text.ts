import type { Manifest } from './manifest.ts';
import { manifestName, signatureName, signatureNamespace } from './manifest.ts';

/** The page that tells an outsider how to check a package with standard tools alone. */
export function verifyText(facts: Omit<Manifest, 'files'>, videoPath: string): string {
  const { identity, fingerprint } = facts.signer;
  const training = facts.agency.training
    ? 'THIS IS A TRAINING PACKAGE. The footage is made up; nothing in it is evidence.\n\n'
    : '';
  return `${training}HOW TO CHECK THIS PACKAGE
Released by ${facts.agency.name} on ${facts.releasedAt}, to ${facts.requester}.

You need no program of ours. The commands are for a terminal, in the folder where you unpacked the package.

1. WHO SIGNED IT
   The signing key's fingerprint must be
       ${fingerprint}
   A package cannot vouch for itself: ask ${facts.agency.name} by telephone, or look at what it publishes,
   and compare. See the fingerprint of the key in this package with
       ssh-keygen -l -f signer.pub

2. THE SIGNATURE FITS THE MANIFEST (OpenSSH 8.1 or later; part of Windows 10 and later, macOS and Linux)
       ssh-keygen -Y verify -f allowed_signers -I ${identity} -n ${signatureNamespace} -s ${signatureName} < ${manifestName}
   It must answer: Good "${signatureNamespace}" signature for ${identity} with ED25519 key ${fingerprint}
   In the Command Prompt of Windows the same line works. In PowerShell, which does not know the "<" sign:
       cmd /c "ssh-keygen -Y verify -f allowed_signers -I ${identity} -n ${signatureNamespace} -s ${signatureName} < ${manifestName}"

3. EVERY FILE IS THE ONE THAT WAS SIGNED
   ${manifestName} lists every file with its SHA-256. Compare them one by one:
       Linux      sha256sum ${videoPath}
       macOS      shasum -a 256 ${videoPath}
       Windows    certutil -hashfile ${videoPath.replaceAll('/', '\\')} SHA256
   or all at once, after comparing the hash of SHA256SUMS itself with the one in ${manifestName}:
       Linux      sha256sum -c SHA256SUMS
       macOS      shasum -a 256 -c SHA256SUMS
   The package must hold no file that ${manifestName} does not list, except ${manifestName} and ${signatureName} themselves.

4. WHAT IT WAS MADE FROM
   The original recording has the SHA-256
       ${facts.original.sha256}
   It stays sealed at ${facts.agency.name}; a court can order it to be produced and compare.

The redaction log says what was hidden or silenced, and when. The video was checked frame by frame by machine before it
was released: ${facts.check.frames} frames, ${facts.check.regions} covered regions; the results are in ${manifestName} under "check".
`;
}
