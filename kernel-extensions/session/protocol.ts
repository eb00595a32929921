/**
 * What the two threads say to each other. The worker ("front") owns the sockets and the compilers; the main thread ("runtime")
 * runs the user's code. They share one flag, because a busy main thread reads no messages.
 */
import type { Segment } from "../evaluate/segments";
import type { CompiledModule } from "../modules/analyse";
import type { RingMemory } from "./output-ring";

export interface RunRequest {
  type: "run";
  /** Serial number of the execution; outputs carry it back, so that they reach the cell they came from. */
  id: number;
  /** The number shown as In [n]. */
  count: number;
  code: string;
  names: readonly string[];
  hasValue: boolean;
  /** Print how long it took (`%%time`). */
  timed: boolean;
  silent: boolean;
  allowInput: boolean;
  userExpressions: { name: string; code: string; error?: ErrorReport }[];
  trace: CellTrace;
}

/** What it takes to translate a position in the evaluated script back to the cell. */
export interface CellTrace {
  source: string;
  javascript: string;
  map: string;
  code: string;
  segments: Segment[];
}

export interface ErrorReport {
  ename: string;
  evalue: string;
  traceback: string[];
}

export type ToRuntime =
  | RunRequest
  /** A cell that is being checked will import these packages. */
  | { type: "prepare"; specifiers: string[] }
  | { type: "interrupt" }
  | { type: "input-reply"; id: number; value: string | undefined }
  | {
      type: "comm";
      id: number;
      kind: string;
      content: Record<string, unknown>;
      metadata: Record<string, unknown>;
      buffers: Uint8Array[];
    }
  | { type: "compiled"; id: number; module?: CompiledModule; error?: string }
  | { type: "exit"; code: number };

export type ToFront =
  | {
      type: "publish";
      id: number;
      message: string;
      content: Record<string, unknown>;
      metadata?: Record<string, unknown>;
      buffers?: Uint8Array[];
    }
  /** Something was printed; it lies in the ring. */
  | { type: "output" }
  | {
      type: "done";
      id: number;
      error?: ErrorReport;
      interrupted: boolean;
      userExpressions: Record<string, unknown>;
      payload: unknown[];
    }
  | { type: "input"; id: number; request: number; prompt: string; password: boolean }
  | { type: "interrupt-seen" }
  /** A message of a comm has been dealt with. */
  | { type: "delivered"; id: number }
  /** The process is about to end, because a cell wants it to. */
  | { type: "leaving"; code: number }
  | { type: "compile"; id: number; path: string; source: string }
  | { type: "front"; action: "directory"; value: string }
  | { type: "front"; action: "reset" };

/** A message, and the position of the ring of printed text when it was sent. */
export interface Dated {
  at: number;
  message: ToFront;
}

/** Slots of the shared flag array. */
export const flags = {
  /** Serial number of the execution that Stop was pressed on; 0 when none. Read by `interrupted()` in native long steps. */
  interrupted: 0,
  /** Becomes 1 when a compiled module waits in the synchronous channel. */
  compiled: 1,
  /** Becomes 1 when everything printed has been sent and the process may end. */
  mayLeave: 2,
  count: 3,
} as const;

export interface FrontData {
  connectionFile: string;
  /** The folder that Jupyter started the kernel in. */
  startedIn: string;
  /** The declarations of what the kernel provides, for the type checker. */
  ambientTypes: string;
  flags: Int32Array;
  ring: RingMemory;
  /** Limit of the heap of the user's thread (bytes). */
  heapLimit: number;
}
