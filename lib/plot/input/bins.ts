// How many bins a histogram gets, and where they start.

import { roundStep } from "../axes/ticks";

export interface Bins {
  start: number;
  end: number;
  size: number;
}

/**
 * Round bin edges over the values. Without a wish for their number the width follows Freedman and Diaconis (1981), 2 IQR / cube root of n,
 * which shows the shape of a distribution without its noise; whole numbers over a short span get a bin each.
 */
export function histogramBins(values: readonly number[], wanted?: number): Bins {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[0] ?? 0;
  const high = sorted.at(-1) ?? 1;
  if (high === low) return { start: low - 0.5, end: low + 0.5, size: 1 };
  if (wanted === undefined && high - low <= 60 && sorted.every(Number.isInteger)) {
    return { start: low - 0.5, end: high + 0.5, size: 1 };
  }
  if (wanted !== undefined) return { start: low, end: high, size: (high - low) / wanted };
  const at = (fraction: number) => sorted[Math.floor(fraction * (sorted.length - 1))]!;
  const iqr = at(0.75) - at(0.25);
  const rough = (2 * iqr) / Math.cbrt(sorted.length);
  // Between 8 and 80 bins, whatever the rule says of heavy tails.
  const size = roundStep(Math.min(Math.max(rough, (high - low) / 80), (high - low) / 8) * 0.9);
  return { start: Math.floor(low / size) * size, end: Math.ceil(high / size + 1e-9) * size, size };
}
