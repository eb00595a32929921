// Chapters have names of one form, `NN-topic.ipynb`; solutions have the name of their chapter and lie in `solutions/`.
import { basename, dirname, join } from "node:path";

export interface ChapterName {
  /** `03-neural-network` */
  stem: string;
  number: number;
  isSolution: boolean;
}

/** The chapter that a notebook is, or undefined when its name is not a chapter's. */
export function chapterName(path: string): ChapterName | undefined {
  const match = basename(path).match(/^((\d\d)-[a-z0-9-]+)\.ipynb$/);
  if (!match) return undefined;
  return { stem: match[1]!, number: Number(match[2]), isSolution: basename(dirname(path)) === "solutions" };
}

/** Where the solutions of a chapter lie. */
export function solutionPath(chapter: string): string {
  return join(dirname(chapter), "solutions", basename(chapter));
}
