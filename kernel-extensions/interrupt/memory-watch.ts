/**
 * V8 ends the process when the heap reaches its limit; a cell that comes near it is stopped before, which keeps the variables
 * and says what happened. The heap of the user's thread is read through the inspector, and only once the process is large.
 */
import { Session } from "node:inspector";

/** The heap may fill to this part of its limit, and is looked at this often (ms): 2 GB/s of garbage leave time to act. */
const threshold = 0.88;
const interval = 50;

export interface MemoryWatch {
  begin(): void;
  end(): void;
  close(): void;
}

export function watchMemory(heapLimit: number, onFull: (message: string) => void): MemoryWatch {
  let session: Session | undefined;
  let timer: NodeJS.Timeout | undefined;
  let asked = false;
  const look = () => {
    if (asked || process.memoryUsage.rss() < heapLimit * 0.6) return;
    if (!session) {
      session = new Session();
      session.connectToMainThread();
    }
    asked = true;
    session.post("Runtime.getHeapUsage", (error: Error | null, usage?: { usedSize: number }) => {
      asked = false;
      if (error || !usage || !timer || usage.usedSize < heapLimit * threshold) return;
      const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
      onFull(
        `the heap holds ${megabytes(usage.usedSize)} of at most ${megabytes(heapLimit)}, so the cell was stopped; ` +
          "let go of what is not needed, or raise --max-old-space-size in the kernelspec",
      );
    });
  };
  return {
    begin() {
      timer ??= setInterval(look, interval);
    },
    end() {
      clearInterval(timer);
      timer = undefined;
    },
    close() {
      this.end();
      session?.disconnect();
      session = undefined;
    },
  };
}
