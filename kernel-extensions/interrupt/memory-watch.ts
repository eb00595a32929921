/**
 * V8 ends the process when the heap reaches its limit; a cell that comes near it is stopped before, which keeps the variables
 * and says what happened. The heap of the user's thread is read through the inspector, and only when the process has grown.
 * A cell that allocates faster than it can be stopped is in V8's last collections for some ten milliseconds before the end:
 * time enough for a last word.
 */
import { Session } from "node:inspector";

/** The process is looked at this often (ms), a file of one line in /proc. */
const interval = 10;
/** Parts of the limit: from where on the heap is read, where the cell is stopped, and where a thread that does not answer is lost. */
const worthReading = 0.5;
const full = 0.85;
const lost = 0.88;
/** A thread that takes longer than this to answer is collecting garbage, or in native code (ms). */
const patience = 15;
/** Between the reading and the stop the heap goes on growing for about so long (ms). */
const reactionTime = 40;

export interface MemoryWatch {
  begin(): void;
  end(): void;
  close(): void;
}

export interface MemoryEvents {
  /** The cell must be stopped. */
  onFull(message: string): void;
  /** The process is about to die. */
  onLost(message: string): void;
}

export function watchMemory(limit: number, events: MemoryEvents): MemoryWatch {
  let session: Session | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** The heap when it was last read, and the size of the process then. */
  let known: { heap: number; process: number } | undefined;
  let previous = 0;
  let askedAt = 0;
  let stopping = false;
  let warned = false;

  const read = (rate: number) => {
    if (!session) {
      session = new Session();
      session.connectToMainThread();
    }
    askedAt = performance.now();
    session.post("Runtime.getHeapUsage", (error: Error | null, usage?: { usedSize: number }) => {
      askedAt = 0;
      if (error || !usage || !timer) return;
      known = { heap: usage.usedSize, process: process.memoryUsage.rss() };
      const soon = usage.usedSize + Math.max(0, rate) * reactionTime;
      if (!stopping && (usage.usedSize > limit * full || soon > limit)) {
        stopping = true;
        events.onFull(`${state(usage.usedSize)}, so the cell was stopped; ${advice}`);
      }
    });
  };
  const state = (heap: number) => `the heap holds ${megabytes(heap)} of at most ${megabytes(limit)} of memory`;
  const look = () => {
    const size = process.memoryUsage.rss();
    const rate = previous === 0 ? 0 : (size - previous) / interval;
    previous = size;
    const heap = known ? known.heap + size - known.process : size;
    if (askedAt === 0) {
      if (heap + Math.max(0, rate) * reactionTime > limit * worthReading) read(rate);
    } else if (known && heap > limit * lost && performance.now() - askedAt > patience && !warned) {
      warned = true;
      events.onLost(`${state(heap)}; if the kernel dies now, that is why: ${advice}`);
    }
  };
  return {
    begin() {
      stopping = false;
      warned = false;
      previous = 0;
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

const advice = "let go of what is not needed, or raise --max-old-space-size in the kernelspec";

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
