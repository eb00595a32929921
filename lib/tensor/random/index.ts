import "./overrides";

export { bernoulli, categorical, dropout, normal, truncatedNormal, uniform } from "./distributions";
export { randomState, seed } from "./generator";
