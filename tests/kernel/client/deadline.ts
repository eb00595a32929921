// Waiting without sleeping: every wait has a deadline, and one that passes says what was waited for.

/** The promise's value, or an error that names `what` when it has not come within `ms` milliseconds. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`expected ${what} within ${ms} ms, it did not come`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks `probe` again and again until it gives something other than undefined or false. */
export async function eventually<T>(
  ms: number,
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  pauseMs = 20,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`expected ${what} within ${ms} ms, it did not come`);
    await pause(pauseMs);
  }
}

/** For the few tests that state that something does NOT happen: there is no condition to wait for, only a window to watch. */
export function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
