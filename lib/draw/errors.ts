/** What can go wrong before the page is open; the codes are stable. */
export type DrawErrorCode =
  /** There is no model where one was expected. */
  | "DRAW_MODEL"
  /** The port is taken, or may not be used. */
  | "DRAW_PORT";

export class DrawError extends Error {
  override readonly name = "DrawError";

  constructor(
    readonly code: DrawErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
