export { NbconvertCancelledError, NbconvertError, NbconvertNotFoundError, NbconvertOptionError } from "./errors";
export { type FindOptions, findNbconvert, type NbconvertCommand } from "./find-nbconvert";
export { type Format, type NbconvertOptions, type TraitValue, toFlags } from "./options";
export { type NbconvertResult, nbconvert, type RunOptions } from "./run-nbconvert";
