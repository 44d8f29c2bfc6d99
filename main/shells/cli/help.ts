import type { CommandName } from './arguments.ts';

const general = `Plainview: a review station for body-camera footage.

  plainview start                 open the station (this is what happens without a command)
  plainview offload PATH          copy, verify and seal what is new in a folder or on a drive
  plainview verify PACKAGE        check a release package, anywhere, without the station that made it
  plainview doctor                check this computer and this station
  plainview reconcile             compare this station with its store, and repair what can be
  plainview setup                 create the department and its first administrator
  plainview passphrase set|remove lock the key files of this station, or open them again
  plainview audit verify|export   check the audit log, or write it out for others to check

Every command understands
  --data DIR   the station's data folder (else PLAINVIEW_DATA, else the usual place of this system)
  --json       print one JSON object instead of words
  --help       more about the command

Exit codes: 0 done and in order · 1 a problem was found, or it could not be done · 2 not understood ·
3 no department yet · 4 the station is open elsewhere · 5 sealed, and not all of it in the store yet · 70 a mistake inside Plainview · 130 stopped with Ctrl+C
`;

const topics: Readonly<Record<CommandName, string>> = {
  start: `plainview start [--port N] [--no-open] [--data DIR]

Serves the station to a browser on this computer alone and opens a window on it.
  --port N     the port on 127.0.0.1 (default: any free one)
  --no-open    print the address instead of opening a window; it lets one browser in, once
PLAINVIEW_BROWSER names the browser to use, PLAINVIEW_PASSPHRASE opens a locked key file.
`,
  offload: `plainview offload PATH [--agency department] [--data DIR] [--json]

Reads every recording that is new in PATH once, seals it, reads it back and compares. The source is never changed.
What is already sealed is left alone. The training agency takes only its own made-up footage. Damaged files are kept aside with the reason. Safe to repeat after any interruption.
Exit code 1 when something was damaged or could not be read; everything else is sealed all the same.

plainview offload PATH --to-store [--store FILE] [--give-up-after MINUTES]

What a cruiser's computer runs: sends everything that this station has sealed into the department's store as well, and ends
when all of it was read back from there and the other stations can know of it. Goes on where it was after any interruption,
and for as long as the store is away. What is damaged is sent too, and exit code 1 says that it is.
  --store FILE               describes the store, the first time: {"kind": "folder", "location": "/mnt/store"}, or {"kind": "s3",
                             "endpoint", "region", "bucket", "prefix", "pathStyle", "accessKeyId", "authority", "proxy"}
  --give-up-after MINUTES    ends with exit code 5 when something is not in the store by then; run it again later
The first time it also needs the store's recovery secret, in PLAINVIEW_RECOVERY_SECRET or the file that
PLAINVIEW_RECOVERY_SECRET_FILE names, and for S3 the secret access key, in PLAINVIEW_STORE_SECRET or PLAINVIEW_STORE_SECRET_FILE.
Both are kept with the station's other keys; neither can be given as an argument, which others on this computer could see.
`,
  verify: `plainview verify PACKAGE [--signer FINGERPRINT] [--json]

Checks the signature of a release package and every file in it. With --signer, the package must be signed by this key
(SHA256:…, as the department publishes it).
`,
  doctor: `plainview doctor [--data DIR] [--json]

Checks the runtime, the media and database libraries, the browser, the data folder, keys, disk space, the clock, and
of every agency the vault, the catalog and the audit log. That the station was opened is noted in its audit log.
`,
  reconcile: `plainview reconcile [--thorough] [--repair] [--data DIR] [--json]

Compares every original of the vault and the catalog with the department's store, in five classes: the same, missing here,
missing there, different, could not be compared. The station must be closed. Without a store in use it says so.
  --thorough   read every byte back and hash it, here and there (else: lists, sizes and manifests)
  --repair     put right what can be put right without loss: send again what the store lost, put a manifest again, read from the
               store what the vault lost, take in what another program put there, give up uploads that nobody owns.
               Nothing is deleted. An original that is damaged here is named and left as it is.
Exit code 0 when everything is the same, on its way or repaired; 1 when something is left to be looked at, when no store is in use,
or when the store could not be asked; 3 without a department; 4 while the station is open; 130 when it was stopped.
`,
  setup: `plainview setup --name DEPARTMENT --username NAME [--display-name NAME] [--zone AREA/CITY] [--data DIR] [--json]

Creates the department and its first administrator. The password comes from PLAINVIEW_PASSWORD, or is asked for, or is
the first line of standard input. The time zone is this computer's unless --zone says otherwise.
`,
  passphrase: `plainview passphrase set|remove [--data DIR] [--json]

set puts the key files under a passphrase, which every start then asks for at the terminal or takes from
PLAINVIEW_PASSPHRASE. The new one comes from PLAINVIEW_NEW_PASSPHRASE, or is asked for, or is the first line of standard
input. remove leaves the keys readable for this account alone, as they were. The station must be closed.
Whoever loses the passphrase loses the evidence.
`,
  audit: `plainview audit verify [--agency department|training] [--data DIR] [--json]
plainview audit export [--agency department|training] [--output FILE] [--data DIR]

verify checks every link of the chain and its anchors outside the catalog, and writes that it was done.
export writes one JSON line an entry, oldest first, to FILE or to standard output.
`,
};

/** The help text of a command, or of all. */
export function helpText(topic: CommandName | null): string {
  return topic === null ? general : topics[topic];
}
