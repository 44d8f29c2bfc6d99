/** Passes calls on at most once every `everyMs`: the first at once, the last one always in the end. */
export type Throttle = {
  readonly call: () => void;
  /** Forgets a call that is still waiting. */
  readonly cancel: () => void;
};

export function createThrottle(everyMs: number, pass: () => void): Throttle {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let waiting = false;

  function elapsed(): void {
    timer = null;
    if (!waiting) return;
    waiting = false;
    passNow();
  }

  function passNow(): void {
    timer = setTimeout(elapsed, everyMs);
    timer.unref();
    pass();
  }

  return {
    call: () => {
      if (timer === null) passNow();
      else waiting = true;
    },
    cancel: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting = false;
    },
  };
}
