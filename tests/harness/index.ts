export { registerHarness, withTestOptions } from "./commands";
export { HarnessError } from "./errors";
export { type JupyterServer, type ServerOptions, startServer } from "./jupyter-server";
export { countLine, failureLines, skipLines } from "./report/lines";
export { type ProgressDisplay, progressDisplay } from "./report/progress";
export type { CellResult, NotebookResult, Problem, Summary } from "./results";
export { runNotebook } from "./run-notebook";
export { testAndReport } from "./test-command";
export { type Progress, type TestOptions, testNotebook, testNotebooks } from "./test-notebooks";
