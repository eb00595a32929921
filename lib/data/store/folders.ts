/**
 * Where things lie. Data is vendored, so it is found relative to this file, never to the working directory: a notebook, a test and
 * a script in another folder all load the same bytes. What the library remembers or downloads goes to `.ftt/` beside it, which git
 * ignores and anyone may delete.
 */
import { join, resolve } from "node:path";

/** The root of the checkout. */
export const checkout = resolve(__dirname, "../../..");

/** The vendored data, described by its manifest.json. */
export const dataFolder = join(checkout, "data");

/** What can be made again: downloads, remembered checksums. */
export const scratchFolder = join(checkout, ".ftt");
