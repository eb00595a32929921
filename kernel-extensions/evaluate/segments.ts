/**
 * Text put together from slices of a source and from inserted text, which remembers where each slice came from: a position in
 * the result can be taken back to the source. The rewriter moves function declarations and wraps expressions with it.
 */
export interface Segment {
  /** Where the segment begins in the result. */
  at: number;
  /** Where it begins in the source; undefined for inserted text. */
  from: number | undefined;
}

export class SegmentedText {
  text = "";
  readonly segments: Segment[] = [];

  constructor(private readonly source: string) {}

  slice(start: number, end: number): this {
    if (end > start) {
      this.segments.push({ at: this.text.length, from: start });
      this.text += this.source.slice(start, end);
    }
    return this;
  }

  insert(text: string): this {
    if (text !== "") {
      this.segments.push({ at: this.text.length, from: undefined });
      this.text += text;
    }
    return this;
  }
}

/** The source offset of an offset in the result; inserted text counts as the start of the slice that follows it. */
export function sourceOffset(segments: readonly Segment[], offset: number): number | undefined {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle]!.at <= offset) low = middle;
    else high = middle - 1;
  }
  const segment = segments[low];
  if (!segment) return undefined;
  if (segment.from !== undefined) return segment.from + (offset - segment.at);
  return segments.slice(low + 1).find(next => next.from !== undefined)?.from;
}
