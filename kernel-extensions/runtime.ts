/** The part of the user's thread that is loaded while the worker starts; see kernel.ts and session/runtime.ts. */
export { startRuntime } from "./session/runtime";
