/** The name under which the running kernel is in reach of a rewritten cell. */
export const runtimeName = "__kernel__";

/** The magic that a `%time` line ends with; its value is not that of the cell. */
export const timeEnd = "%time-end";
