/** The targets that lowerings are written for. */
import type { DeviceName } from "../runtime/device";
import { nchwcBlockSize } from "../runtime/probe";
import type { Target } from "./registry";

/** A graph that runs here, on the given device. */
export function targetFor(device: DeviceName): Target {
  return {
    device,
    portable: false,
    // Asked for only when a convolution is lowered: the probe runs a session.
    get blockSize() {
      return device === "cpu" ? nchwcBlockSize() : 0;
    },
  };
}

/** A graph for a file that any ONNX runtime can read. */
export const portableTarget: Target = { device: "cpu", portable: true, blockSize: 0 };
