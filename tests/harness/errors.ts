// Errors of the harness itself (a notebook that fails is a result, not an error). Each has a stable code and says what was expected,
// what came and what to do.

export type HarnessCode =
  | "NO_SERVER"
  | "SERVER_FAILED"
  | "NO_KERNEL"
  | "BAD_NOTEBOOK"
  | "BAD_METADATA"
  | "NO_NOTEBOOKS"
  | "UPDATE_IN_CI"
  | "BAD_PARAMETER"
  | "BAD_CELL"
  | "TOOL_FAILED";

export class HarnessError extends Error {
  override readonly name = "HarnessError";
  constructor(
    readonly code: HarnessCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
