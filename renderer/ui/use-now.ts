import { useEffect, useState } from 'react';

/** The time now (ms UTC), renewed every `every` milliseconds while the component is shown. */
export function useNow(every = 15_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
