// Every case, by the name of its chapter; loaded only when it runs.
import type { ChapterCase } from "./case";

export const CASES: Record<string, () => Promise<{ chapter: ChapterCase }>> = {
  "03-neural-network": () => import("./03-neural-network"),
  "04-cnn": () => import("./04-cnn"),
  "05-rnn": () => import("./05-rnn"),
  "06-gan": () => import("./06-gan"),
};
