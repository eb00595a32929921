// Features that our kernel does not have yet, by id, with what comes instead. They are run all the same, and expected to fail: one
// that begins to hold fails the suite until its line here is taken out, so that this list cannot grow old.

export const knownGaps: Record<string, string> = {};
