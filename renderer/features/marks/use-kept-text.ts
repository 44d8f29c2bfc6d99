import { useCallback, useEffect, useRef, useState } from 'react';
import { useReplica } from '#renderer/state/index.ts';

/**
 * A text being typed that is there again after a crash. `place` is an opaque id and a number. What was kept is taken up unless
 * somebody types first.
 */
export function useKeptText(place: string): readonly [text: string, setText: (text: string) => void] {
  const { drafts } = useReplica();
  const [text, setText] = useState('');
  const touched = useRef(false);
  useEffect(() => {
    let gone = false;
    void drafts.text(place).then((kept) => {
      if (!gone && !touched.current) setText(kept);
    });
    return () => {
      gone = true;
    };
  }, [drafts, place]);
  return [
    text,
    useCallback(
      (next: string) => {
        touched.current = true;
        setText(next);
        void drafts.putText(place, next);
      },
      [drafts, place],
    ),
  ];
}
