/** Removable storage that is mounted now. */
export type Volume = {
  /** Stable while it stays mounted; not the same as another volume's, not even of a cloned card. */
  readonly id: string;
  /** The drive's name as its owner set it; else the name of the folder it is mounted at. */
  readonly label: string | null;
  /** The file system's id, or the device's serial number: what a camera without a name is known by. */
  readonly serial: string | null;
  /** A path of this computer: `/media/officer/BWC-07`, `E:\`. */
  readonly mountPoint: string;
  readonly fileSystem: string | null;
  readonly sizeBytes: number | null;
  readonly readOnly: boolean;
};

/** Where removable storage is found. One implementation an operating system. */
export interface VolumeSource {
  /** What is mounted now. Never touches the volumes themselves, so one that hangs delays nobody. */
  list(): Promise<readonly Volume[]>;
  /** Calls back with all volumes after every change (and once soon after the start), until disposed. */
  watch(listener: (volumes: readonly Volume[]) => void): Disposable;
}
