/** The name under which the running kernel is in reach of a rewritten cell. */
export const runtimeName = "__kernel__";
