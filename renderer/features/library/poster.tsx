import { IconMovie } from '@tabler/icons-react';
import { useState } from 'react';
import type { Recording } from '#common/evidence/index.ts';
import { mediaUrl } from '#renderer/bridge/index.ts';
import classes from './library.module.css';

/** The first picture of a recording, or a quiet sign where there is none (yet, or while the station is away). */
export function Poster({ recording, size }: { readonly recording: Recording; readonly size: 'row' | 'card' | 'side' }) {
  const posterId = posterOf(recording);
  const [failed, setFailed] = useState<string | null>(null);
  const shown = posterId !== null && failed !== posterId;
  return (
    <span className={classes.poster} data-size={size}>
      {shown ? (
        <img src={mediaUrl(posterId)} alt="" loading="lazy" decoding="async" onError={() => setFailed(posterId)} />
      ) : (
        <IconMovie size={size === 'row' ? 16 : 32} stroke={1.25} aria-hidden />
      )}
    </span>
  );
}

function posterOf(recording: Recording): string | null {
  for (const { media } of recording.segments) {
    if (media.state === 'ready' && media.posterId !== null) return media.posterId;
  }
  return null;
}
