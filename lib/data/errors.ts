/**
 * Every error that `lib/data` throws, in one place.
 *
 * A reader of a notebook meets data errors at the worst moment, before anything has run. So each message says, in one grammar,
 * what was expected, what came and what to do next; and each error carries a stable `code`, so that a program can tell a file
 * that is missing (restore it) from a network that is down (try later) without reading prose.
 */

export type DataErrorCode =
  /** A vendored file is not there. */
  | "DATA_MISSING"
  /** A file is there but is not the one the manifest describes. */
  | "DATA_DAMAGED"
  /** A name that no dataset, download or recipe has. */
  | "DATA_UNKNOWN"
  /** A parameter out of its range. */
  | "DATA_ARGUMENT"
  /** Bytes that are not what their format promises: see FormatError. */
  | "DATA_FORMAT"
  /** The network could not be reached, or the server refused. */
  | "DATA_OFFLINE"
  /** A package or program that the builder needs is not to be had. */
  | "DATA_SOURCE";

export class DataError extends Error {
  override readonly name: string = "DataError";

  constructor(
    readonly code: DataErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * Bytes that break the rules of their format, with the offset of the first byte that does.
 *
 * Readers parse files from anywhere: a truncated download, a text file with the wrong extension, a file made to hurt. They check
 * every length against the bytes that are really there before they allocate, and throw this and nothing else.
 */
export class FormatError extends DataError {
  override readonly name: string = "FormatError";

  /**
   * @param format what was being read, e.g. "npy"
   * @param offset byte offset at which the trouble lies
   * @param reason what was expected there, and what came
   */
  constructor(
    readonly format: string,
    readonly offset: number,
    readonly reason: string,
    options?: { cause?: unknown },
  ) {
    super("DATA_FORMAT", `${format}: ${reason} (at byte ${offset})`, options);
  }
}
