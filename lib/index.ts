/** The helper library of the course From the Tensor. */
import "./show-tensors";

export * as data from "./data";
export * as plot from "./plot";
export * from "./tensor";
