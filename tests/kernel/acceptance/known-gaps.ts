// Features that our kernel does not have yet, by id, with what comes instead. They are run all the same, and expected to fail: one
// that begins to hold fails the suite until its line here is taken out, so that this list cannot grow old.

export const knownGaps: Record<string, string> = {
  "error-any-value": "a thrown Proxy that fights inspection gets no reply",
  "child-output": "the output that a child process inherits is lost",
  "out-of-memory": "the process says so on its standard error, the front end hears nothing",
  "redeclare-var": "TS2403 when the type differs",
  "stop-async-catching": "a loop that catches the stop itself goes on, and the cell never gets its reply",
  "using-block": "`await using` in a block is a syntax error",
};
