/** The helper library of the course From the Tensor. */
export * as data from "./data";
export * as plot from "./plot";
export * from "./tensor";
