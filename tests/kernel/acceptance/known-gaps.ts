// Features that our kernel does not have yet, by id, with what comes instead. They are run all the same, and expected to fail: one
// that begins to hold fails the suite until its line here is taken out, so that this list cannot grow old.

export const knownGaps: Record<string, string> = {
  "time-line": "the time is shown, the value is not",
  "unknown-magic": "the compiler complains about the line as if it were TypeScript",
  "not-magic": "an indented `!name` after an operator is taken for a shell command",
  "tensor-nested": "tensors inside arrays and objects show their insides",
  "history-output": "outputs are always null",
  "comm-unknown": "`comm_close` names another message as its parent",
  "comm-buffers": "what a comm's handler sends names another message as its parent",
  "error-any-value": "a thrown Proxy that fights inspection gets no reply",
  "child-output": "the output that a child process inherits is lost",
  "out-of-memory": "the process says so on its standard error, the front end hears nothing",
  "parent-dies": "the kernel stays",
  "redeclare-var": "TS2403 when the type differs",
  "stop-async-catching": "a loop that catches the stop itself goes on, and the cell never gets its reply",
  "using-block": "`await using` in a block is a syntax error",
};
