/** What was run in this session, for front ends that page through it. */
type Entry = [session: number, line: number, source: string];

export class History {
  private readonly entries: Entry[] = [];
  private readonly outputs = new Map<number, string>();

  add(count: number, source: string): void {
    this.entries.push([1, count, source]);
  }

  /** Keeps the text of a result. */
  addOutput(count: unknown, text: unknown): void {
    if (typeof count === "number" && typeof text === "string") this.outputs.set(count, text);
  }

  /** Answers `tail`, `range` and `search` requests; with `output` each source is paired with the text of its result, or null. */
  answer(content: Record<string, unknown>): unknown[] {
    const found = this.select(content);
    return content.output === true
      ? found.map(([session, line, source]) => [session, line, [source, this.outputs.get(line) ?? null]])
      : found;
  }

  private select(content: Record<string, unknown>): Entry[] {
    const limit = typeof content.n === "number" ? content.n : this.entries.length;
    switch (content.hist_access_type) {
      case "range": {
        const start = typeof content.start === "number" ? content.start : 0;
        const stop = typeof content.stop === "number" ? content.stop : Number.POSITIVE_INFINITY;
        return this.entries.filter(([, line]) => line >= start && line < stop);
      }
      case "search": {
        const pattern = globToRegExp(typeof content.pattern === "string" ? content.pattern : "*");
        const matching = this.entries.filter(([, , source]) => pattern.test(source));
        const unique =
          content.unique === true
            ? matching.filter((entry, i) => matching.findLastIndex(each => each[2] === entry[2]) === i)
            : matching;
        return limit > 0 ? unique.slice(-limit) : [];
      }
      default:
        return limit > 0 ? this.entries.slice(-limit) : [];
    }
  }
}

function globToRegExp(glob: string): RegExp {
  const body = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[\\s\\S]*")
    .replace(/\?/g, "[\\s\\S]");
  return new RegExp(`^${body}$`, "u");
}
