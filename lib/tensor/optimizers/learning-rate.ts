// A learning rate lives in tensors, never in the trace: a number becomes a variable that can be assigned between steps, a schedule is traced
// as a function of the step counter.
import type { Scalar, Variable } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { tf } from "../tfjs";
import type { Schedule } from "./schedule";

export class LearningRate {
  /** The rate as a variable, when it was given as a number: `optimizer.learningRate.assign(tf.scalar(1e-4))`. */
  readonly variable: Variable | undefined;
  private readonly schedule: Schedule | undefined;

  constructor(owner: string, rate: number | Schedule) {
    if (typeof rate === "function") {
      this.schedule = rate;
      return;
    }
    if (!(rate >= 0 && Number.isFinite(rate)))
      throw new TensorError("FTT_ARGUMENT", `${owner}: expected a learning rate of 0 or more, got ${rate}`);
    this.variable = tf.variable(tf.scalar(rate), false);
  }

  /** The rate at `step`, which counts from 0. */
  at(step: Scalar): Scalar {
    return this.schedule ? this.schedule(step) : (this.variable as unknown as Scalar);
  }
}
