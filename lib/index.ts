/** The helper library of the course From the Tensor. */
export * from "./tensor";
