/**
 * Node counts the asynchronous contexts that it enters, and ends the process when it has left fewer of them than it entered,
 * as happens when V8 unwinds its frames on Stop. Node itself resets the count after an uncaught exception; the function for
 * that is within reach only of the old `process.binding`. While the unwinding goes on, the hooks of promises (which a program
 * that uses AsyncLocalStorage has) must not enter any context either.
 */
interface AsyncWrap {
  clearAsyncIdStack(): void;
  getPromiseHooks(): unknown[];
  setPromiseHooks(...hooks: unknown[]): void;
}

export interface AsyncHooks {
  suspend(): void;
  resume(): void;
}

export function createAsyncHooks(): AsyncHooks {
  const wrap = findBinding();
  let suspended: unknown[] | undefined;
  return {
    suspend() {
      wrap?.clearAsyncIdStack();
      suspended ??= wrap?.getPromiseHooks();
      wrap?.setPromiseHooks(undefined, undefined, undefined, undefined);
    },
    resume() {
      if (suspended) wrap?.setPromiseHooks(...suspended);
      suspended = undefined;
    },
  };
}

/** Undefined on a Node without these functions: programs that use no async hooks are stopped safely all the same. */
function findBinding(): AsyncWrap | undefined {
  const { noDeprecation } = process;
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding(name: string): Partial<AsyncWrap> };
    const wrap = binding.call(process, "async_wrap");
    const isWhole = ["clearAsyncIdStack", "getPromiseHooks", "setPromiseHooks"].every(
      name => typeof wrap[name as keyof AsyncWrap] === "function",
    );
    return isWhole ? (wrap as AsyncWrap) : undefined;
  } catch {
    return undefined;
  } finally {
    process.noDeprecation = noDeprecation ?? false;
  }
}
