// What a case of this benchmark is: a chapter's network, trained by its schedule, and what its training should reach.
//
// A case is two files of one name: `NN-topic.ts` trains ours and describes the case, `NN-topic.py` has `train(seed, folder)`, its twin in
// PyTorch. A new case is such a pair and a line in `cases.ts`.

/** A stretch of a training: seconds of its steps, and the score of the network after it, which is taken off the clock. */
export interface Stage {
  seconds: number;
  score: number;
}

export interface ChapterCase {
  /** What is scored, in which unit, and what a good score is: `{ metric: "accuracy", unit: "%", better: "higher" }`. */
  score: { metric: string; unit: string; better: "higher" | "lower" };
  /** Scores whose time is reported. */
  targets: readonly number[];
  /** Writes what the twin reads, as raw bytes, for it has no loader of ours. */
  writeData(folder: string): Promise<void>;
  /** Trains ours from this seed to the end of its schedule. */
  train(seed: number): Promise<Stage[]>;
}
