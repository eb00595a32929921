/**
 * Letting the event loop run during training.
 *
 * A train step is synchronous: ONNX Runtime computes on this thread. A loop of steps with nothing awaited would keep
 * output, widgets and the Stop button waiting until it ends. So whatever a loop does await (`await loss.data()`,
 * `await step.async(x)`) gives the event loop a turn, though not more often than it needs one.
 */
import { TensorError } from "../errors";

/** Ten turns a second keep a progress bar alive and cost a 1 ms step less than one part in a hundred. */
const INTERVAL_MS = 100;

let last = performance.now();

/** What the Jupyter kernel offers to libraries; absent outside a notebook. */
interface NotebookHost {
  interrupted?(): boolean;
}

/** Throws when Stop was pressed. Called between steps, so that even a loop without `await` can be stopped. */
export function stopIfInterrupted(): void {
  const host = (globalThis as { [key: symbol]: NotebookHost | undefined })[Symbol.for("fromthetensor.jupyter")];
  if (host?.interrupted?.()) {
    throw new TensorError(
      "FTT_STOPPED",
      "stopped: Stop was pressed; variables hold the state of the last finished step",
    );
  }
}

/** Waits for one turn of the event loop, if the last one was long enough ago. */
export async function breatheIfDue(): Promise<void> {
  if (performance.now() - last < INTERVAL_MS) return;
  await new Promise<void>(resolve => setImmediate(resolve));
  last = performance.now();
  stopIfInterrupted();
}
