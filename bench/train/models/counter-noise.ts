// Numbers that TypeScript and Python agree on to the last bit, so that both start a training run from the same weights and data.
//
// Element i of stream s is a hash of (s, i): no state, so Python computes it with vector operations. The hash is "lowbias32" (Chris Wellons,
// "Prospecting for Hash Functions", 2018), applied twice. Logarithms and cosines differ between languages in the last bit, so a normal draw
// is the centred and scaled sum of four uniforms (Irwin-Hall): exact in float64, rounded once to float32. models.py holds the twin.

/** A 32-bit permutation whose every output bit depends on every input bit. */
function mix(bits: number): number {
  let x = bits;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function uniformAt(stream: number, index: number): number {
  return (mix(mix(Math.imul(stream, 0x9e3779b9) ^ index) + stream) >>> 8) / 2 ** 24;
}

/** `count` uniform draws from [0, 1). */
export function uniform(stream: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => uniformAt(stream, i));
}

/** `count` whole numbers from [0, limit). */
export function integers(stream: number, count: number, limit: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor(uniformAt(stream, i) * limit));
}

/** `count` draws with mean 0 and standard deviation `std`, bounded by ±2√3·std. */
export function normal(stream: number, count: number, std = 1): Float32Array {
  const scale = Math.sqrt(3) * std; // the sum of four uniforms has variance 4/12
  return Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < 4; k++) sum += uniformAt(stream, 4 * i + k);
    return (sum - 2) * scale;
  });
}
