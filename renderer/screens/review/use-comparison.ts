import { useState } from 'react';
import type { RedactionProject } from '#common/evidence/index.ts';
import { useVersions, type Version, type Versions } from '#renderer/features/redaction/index.ts';

/** Comparing the versions of a redaction: whether somebody does, which two, and what of them was looked for last. */
export type Comparison = {
  readonly open: boolean;
  readonly versions: Versions;
  /** The version beside the one that is worked with. */
  readonly compared: Version | null;
  readonly marked: string | null;
  readonly start: () => void;
  readonly stop: () => void;
  readonly compare: (head: string) => void;
  readonly mark: (id: string) => void;
  readonly retry: () => void;
  readonly choose: (chosen: Version, reason: string) => Promise<void>;
};

export function useComparison(project: RedactionProject | null): Comparison {
  const [open, setOpen] = useState(false);
  const [head, setHead] = useState<string | null>(null);
  const [marked, setMarked] = useState<string | null>(null);
  const { versions, retry, choose } = useVersions(open ? project : null);
  const others: readonly Version[] = versions.state === 'several' ? versions.others : [];
  return {
    open,
    versions,
    compared: others.find((version) => version.head === head) ?? others[0] ?? null,
    marked,
    start: () => setOpen(true),
    stop: () => {
      setOpen(false);
      setMarked(null);
    },
    compare: (next) => {
      setHead(next);
      setMarked(null);
    },
    mark: setMarked,
    retry,
    choose,
  };
}
