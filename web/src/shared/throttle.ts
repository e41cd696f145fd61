/** Run a task soon after the first call and then at most once an interval, never two at a time. */

export interface Coalesced {
  (): void;
  cancel(): void;
}

/**
 * Calls while a task runs, or before `interval` ms have passed since it started, are answered by one more
 * run: the last call is never lost and a flood costs one run an interval.
 */
export function coalesce(task: () => Promise<unknown>, interval: number): Coalesced {
  let running = false;
  let again = false;
  let readyAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let cancelled = false;

  const run = async () => {
    timer = undefined;
    running = true;
    again = false;
    readyAt = Date.now() + interval;
    try {
      await task();
    } finally {
      running = false;
      if (again) call();
    }
  };

  const call = () => {
    if (cancelled || timer !== undefined) return;
    if (running) {
      again = true;
      return;
    }
    timer = setTimeout(() => void run(), Math.max(0, readyAt - Date.now()));
  };

  return Object.assign(call, {
    cancel: () => {
      cancelled = true;
      clearTimeout(timer);
    },
  });
}
