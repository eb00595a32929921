/**
 * Stop. The user's thread is asked first: if it is between two events it aborts the cell's signal and rejects its awaits. If it
 * does not answer, it is inside of a synchronous loop, and V8 is told, from this thread and through the inspector, to
 * terminate what it executes; that cannot be caught and keeps every variable.
 *
 * A Stop by signal (SIGINT) must work while the user's thread is busy too, so the signal is received here, through libuv's
 * binding, which Node's `process.on` does not offer to worker threads.
 */
import { Session } from "node:inspector";
import { runtimeName } from "../evaluate/runtime-name";
import { flags, type ToRuntime } from "../session/protocol";
import { signalChildren } from "./children";

/** How long the user's thread may take to answer before it counts as busy (ms). */
const patience = 40;

/** A cell that goes on so long after its thread has answered is terminated (ms). */
const secondLook = 250;
/** After so many terminations that the user's thread has not noticed, it waits for a program that it runs. */
const patientAttempts = 4;

interface SignalWrap {
  onsignal: () => void;
  start(signal: number): number;
  unref(): void;
}

export class Terminator {
  private session: Session | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly flags: Int32Array,
    private readonly ask: (message: ToRuntime) => void,
  ) {}

  /** @param id The execution that runs, 0 when none does. */
  interrupt(id: number): void {
    this.ask({ type: "interrupt" });
    // A second Stop must not put off what the first has begun.
    if (id !== 0 && Atomics.exchange(this.flags, flags.interrupted, id) === id) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.terminate(1), patience);
  }

  /** The user's thread has read the message: it is not busy. Yet a cell that catches its end may get busy then. */
  seen(): void {
    clearTimeout(this.timer);
    const isRunning = Atomics.load(this.flags, flags.interrupted) !== 0;
    this.timer = isRunning ? setTimeout(() => this.terminate(1), secondLook) : undefined;
  }

  /** The execution has ended. */
  settled(): void {
    clearTimeout(this.timer);
    Atomics.store(this.flags, flags.interrupted, 0);
  }

  listenForSignals(onSignal: () => void): void {
    const { noDeprecation } = process;
    try {
      process.noDeprecation = true; // of process.binding, for which there is no other way yet
      const { Signal } = (process as unknown as { binding(name: string): { Signal: new () => SignalWrap } }).binding(
        "signal_wrap",
      );
      const signal = new Signal();
      signal.onsignal = onSignal;
      signal.start(2); // SIGINT
      signal.unref();
    } catch {
      // Then the user's thread hears the signal, when it is not busy; messages stop it in any case.
    } finally {
      process.noDeprecation = noDeprecation ?? false;
    }
  }

  /** An open session would make the process wait for it at its end. */
  close(): void {
    clearTimeout(this.timer);
    this.session?.disconnect();
    this.session = undefined;
  }

  private terminate(attempt: number): void {
    if (!this.session) {
      this.session = new Session();
      this.session.connectToMainThread();
    }
    if (attempt === patientAttempts) signalChildren("SIGINT");
    if (attempt === 2 * patientAttempts) signalChildren("SIGKILL");
    // Executed in the midst of the loop, as V8 executes interrupts.
    this.session.post("Runtime.evaluate", { expression: `${runtimeName}.terminate(${attempt})` }, () => {
      // If the loop ended by itself a moment before, the termination still waits for some code to hit; let it be this.
      this.session?.post("Runtime.evaluate", { expression: "0" });
    });
    // A loop can be entered anew, from a callback that was queued: ask again until the thread answers.
    this.timer = setTimeout(() => this.terminate(attempt + 1), patience);
  }
}
