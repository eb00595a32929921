/** Kernels that move elements, and those that read and write by index, against tfjs-cpu: shapes of every rank, empty axes, negative axes. */
import fc from "fast-check";
import { jit, tf } from "../../../../lib/tensor";
import { agreesWithCpu, type Case, type Input, shapes, tensorOf, tensors } from "../compare";

type One = (x: tf.Tensor) => tf.Tensor | tf.Tensor[];
const dtypes = ["float32", "int32", "bool"] as const;
const anyTensor = (options: Parameters<typeof shapes>[0] = {}) =>
  fc.constantFrom(...dtypes).chain(d => tensors(d, options));
const axisOf = (x: Input) => fc.integer({ min: -x.shape.length, max: x.shape.length - 1 });
const one = (x: Input, fn: One, note = ""): Case => ({ inputs: [x], fn, note });

const unary: Record<string, fc.Arbitrary<Case>> = {
  Reshape: anyTensor().map(x =>
    one(x, t => tf.reshape(t, [-1].concat(x.values.length ? [] : [0]).slice(x.values.length ? 0 : 1))),
  ),
  ExpandDims: anyTensor({ max: 5 }).chain(x =>
    fc
      .integer({ min: -x.shape.length - 1, max: x.shape.length })
      .map(axis => one(x, t => tf.expandDims(t, axis), `axis ${axis}`)),
  ),
  Transpose: anyTensor({ max: 6 }).chain(x =>
    fc
      .shuffledSubarray([...x.shape.keys()], { minLength: x.shape.length })
      .map(perm => one(x, t => tf.transpose(t, perm), `perm ${perm}`)),
  ),
  Tile: tensors("float32", { min: 1, max: 4, limit: 40 }).chain(x =>
    fc
      .array(fc.integer({ min: 1, max: 3 }), { minLength: x.shape.length, maxLength: x.shape.length })
      .map(reps => one(x, t => tf.tile(t, reps), `reps ${reps}`)),
  ),
  BroadcastTo: shapes({ max: 4, empty: false }).chain(s =>
    tensorOf(s.map((d, i) => (i % 2 ? d : 1))).map(x => one(x, t => tf.broadcastTo(t, s), `to ${s}`)),
  ),
  Slice: anyTensor({ min: 1, max: 6 }).chain(x =>
    fc
      .tuple(
        ...x.shape.map(d =>
          fc.integer({ min: 0, max: d }).chain(b => fc.integer({ min: 0, max: d - b }).map(s => [b, s] as const)),
        ),
      )
      .map(parts =>
        one(
          x,
          t =>
            tf.slice(
              t,
              parts.map(p => p[0]),
              parts.map(p => p[1]),
            ),
          JSON.stringify(parts),
        ),
      ),
  ),
  StridedSlice: tensors("float32", { min: 1, max: 4, empty: false }).chain(x =>
    fc
      .tuple(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: x.shape.length, maxLength: x.shape.length }),
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: x.shape.length, maxLength: x.shape.length }),
        fc.array(fc.constantFrom(1, 2, -1, -2), { minLength: x.shape.length, maxLength: x.shape.length }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
      )
      .map(([begin, end, strides, bm, em]) =>
        one(x, t => tf.stridedSlice(t, begin, end, strides, bm, em), JSON.stringify([begin, end, strides, bm, em])),
      ),
  ),
  SplitV: tensors("float32", { min: 1, max: 4, empty: false }).chain(x =>
    axisOf(x).map(axis => one(x, t => tf.split(t, new Array(x.shape.at(axis)!).fill(1), axis), `axis ${axis}`)),
  ),
  Unpack: anyTensor({ min: 1, max: 4, empty: false }).chain(x =>
    axisOf(x).map(axis => one(x, t => tf.unstack(t, axis), `axis ${axis}`)),
  ),
  PadV2: anyTensor({ min: 1, max: 4, limit: 40 }).chain(x =>
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), {
        minLength: x.shape.length,
        maxLength: x.shape.length,
      })
      .map(p => one(x, t => tf.pad(t, p as never, x.dtype === "bool" ? 1 : 2), JSON.stringify(p))),
  ),
  MirrorPad: tensors("float32", { min: 1, max: 3, empty: false }).chain(x =>
    fc.constantFrom("reflect" as const, "symmetric" as const).map(mode => {
      const p = x.shape.map(d => [Math.min(1, d - 1), Math.min(2, d - 1)]);
      return one(x, t => tf.mirrorPad(t, p as never, mode), `${mode} ${JSON.stringify(p)}`);
    }),
  ),
  Reverse: anyTensor({ min: 1 }).chain(x =>
    fc.subarray([...x.shape.keys()]).map(axes =>
      one(
        x,
        t =>
          tf.reverse(
            t,
            axes.map(a => a - x.shape.length),
          ),
        `axes ${axes}`,
      ),
    ),
  ),
  Diag: tensors("float32", { min: 1, max: 2, empty: false, limit: 12 }).map(x => one(x, t => tf.diag(t))),
  // tfjs-cpu has it for NHWC alone.
  DepthToSpace: fc
    .tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 }))
    .chain(([n, c]) => tensorOf([n, 2, 3, c * 4]).map(x => one(x, t => tf.depthToSpace(t as tf.Tensor4D, 2)))),
  SpaceToBatchND: tensorOf([2, 3, 4, 2]).map(x =>
    one(x, t =>
      tf.spaceToBatchND(
        t,
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
    ),
  ),
  BatchToSpaceND: tensorOf([8, 2, 3, 2]).map(x =>
    one(x, t =>
      tf.batchToSpaceND(
        t,
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
    ),
  ),
  OneHot: fc
    .tuple(shapes({ max: 3 }), fc.integer({ min: 2, max: 5 }))
    .chain(([s, depth]) =>
      tensorOf(s, "int32", fc.integer({ min: -2, max: 6 })).map(x =>
        one(x, t => tf.oneHot(t, depth, 2, -1), `depth ${depth}`),
      ),
    ),
  // tfjs-cpu gives an empty running sum, and one along a negative axis, the shape [undefined].
  Cumsum: tensors("float32", { min: 1, max: 4, empty: false }).chain(x =>
    fc
      .tuple(fc.nat(x.shape.length - 1), fc.boolean(), fc.boolean())
      .map(([a, e, r]) => one(x, t => tf.cumsum(t, a, e, r), `axis ${a} ${e} ${r}`)),
  ),
  Cumprod: tensors("float32", { min: 1, max: 4, empty: false, value: fc.constantFrom(0.5, 1, -1, 2, 0) }).chain(x =>
    fc
      .tuple(fc.nat(x.shape.length - 1), fc.boolean(), fc.boolean())
      .map(([a, e, r]) => one(x, t => tf.cumprod(t, a, e, r), `axis ${a} ${e} ${r}`)),
  ),
  TopK: tensors("float32", { min: 1, max: 3, empty: false }).chain(x =>
    fc.integer({ min: 1, max: x.shape.at(-1)! }).map(k =>
      one(
        x,
        t => {
          const { values, indices } = tf.topk(t, k);
          return [values, indices];
        },
        `k ${k}`,
      ),
    ),
  ),
};

describe("kernels that move elements", () => {
  for (const [name, cases] of Object.entries(unary)) {
    test(`${name} agrees with tfjs-cpu`, async () => agreesWithCpu(name, cases));
  }

  test("Concat and Pack agree with tfjs-cpu along any axis", async () => {
    const parts = tensors("float32", { min: 1, max: 4, limit: 60 }).chain(a =>
      fc.tuple(fc.constant(a), axisOf(a)).chain(([first, axis]) => {
        const shape = [...first.shape];
        const at = axis < 0 ? axis + shape.length : axis;
        return fc
          .integer({ min: 0, max: 3 })
          .chain(d => tensorOf(shape.map((s, i) => (i === at ? d : s))).map(b => ({ inputs: [first, b], axis })));
      }),
    );
    await agreesWithCpu(
      "Concat",
      parts.map(({ inputs, axis }) => ({
        inputs,
        fn: (...t: tf.Tensor[]) => tf.concat(t, axis),
        note: `axis ${axis}`,
      })),
    );
    const same = anyTensor({ max: 4, limit: 60 }).chain(a =>
      fc
        .tuple(tensorOf(a.shape, a.dtype), fc.integer({ min: 0, max: a.shape.length }))
        .map(([b, axis]) => ({ inputs: [a, b], fn: (...t: tf.Tensor[]) => tf.stack(t, axis) })),
    );
    await agreesWithCpu("Pack", same);
  });

  test("running sums and products count negative axes from the end, eagerly and traced", () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    for (const run of [tf.cumsum, tf.cumprod] as ((t: tf.Tensor, axis: number) => tf.Tensor)[]) {
      const expected = Array.from(run(x, 1).dataSync());
      for (const y of [run(x, -1), jit((t: tf.Tensor) => run(t, -1))(x)]) {
        expect(y.shape).toEqual([2, 3]);
        expect(Array.from(y.dataSync())).toEqual(expected);
      }
    }
  });

  test("constants agree with tfjs-cpu", async () => {
    const none = (fn: () => tf.Tensor): Case => ({ inputs: [], fn });
    for (const make of [
      () => tf.fill([2, 3], 4),
      () => tf.range(0, 10, 3),
      () => tf.range(5, 0, -2, "int32"),
      () => tf.linspace(0, 1, 5),
      () => tf.eye(3),
      () => tf.zeros([0, 2]),
    ]) {
      await agreesWithCpu("constant", fc.constant(none(make)), 1);
    }
  });
});

const indices = (shape: number[], below: number) => tensorOf(shape, "int32", fc.integer({ min: 0, max: below - 1 }));

describe("kernels that read and write by index", () => {
  test("GatherV2 agrees with tfjs-cpu along any axis", async () => {
    const cases = tensors("float32", { min: 1, max: 4, empty: false }).chain(x =>
      fc.tuple(axisOf(x), shapes({ max: 2, limit: 8 })).chain(([axis, s]) =>
        indices(s, x.shape.at(axis)!).map(i => ({
          inputs: [x, i],
          fn: (t: tf.Tensor, at: tf.Tensor) => tf.gather(t, at as tf.Tensor1D, axis),
          note: `axis ${axis}`,
        })),
      ),
    );
    await agreesWithCpu("GatherV2", cases as fc.Arbitrary<Case>);
  });

  test("GatherV2 with batch dimensions agrees with tfjs-cpu", async () => {
    const cases = fc.tuple(tensorOf([2, 3, 4, 2]), indices([2, 5], 3)).map(inputs => ({
      inputs,
      fn: ((t: tf.Tensor, i: tf.Tensor) => tf.gather(t, i as tf.Tensor1D, 1, 1)) as Case["fn"],
    }));
    await agreesWithCpu("GatherV2 batched", cases);
    const later = fc.tuple(tensorOf([2, 3, 4, 2]), indices([2, 5], 4)).map(inputs => ({
      inputs,
      fn: ((t: tf.Tensor, i: tf.Tensor) => tf.gather(t, i as tf.Tensor1D, 2, 1)) as Case["fn"],
    }));
    await agreesWithCpu("GatherV2 batched", later);
  });

  test("UnsortedSegmentSum agrees with tfjs-cpu, negative ids dropped", async () => {
    const cases = tensors("float32", { min: 1, max: 3 }).chain(x =>
      tensorOf([x.shape[0]!], "int32", fc.integer({ min: -1, max: 4 })).map(ids => ({
        inputs: [x, ids],
        fn: ((t: tf.Tensor, i: tf.Tensor) => tf.unsortedSegmentSum(t, i as tf.Tensor1D, 5)) as Case["fn"],
      })),
    );
    await agreesWithCpu("UnsortedSegmentSum", cases);
  });

  test("GatherNd, ScatterNd and TensorScatterUpdate agree with tfjs-cpu", async () => {
    await agreesWithCpu(
      "GatherNd",
      fc.tuple(tensorOf([3, 3, 2]), indices([4, 2], 3)).map(inputs => ({ inputs, fn: tf.gatherND as Case["fn"] })),
    );
    await agreesWithCpu(
      "ScatterNd",
      fc
        .tuple(indices([4, 2], 3), tensorOf([4, 2]))
        .map(inputs => ({ inputs, fn: ((i: tf.Tensor, u: tf.Tensor) => tf.scatterND(i, u, [3, 3, 2])) as Case["fn"] })),
    );
    const update = fc
      .tuple(tensorOf([5, 2]), indices([3, 1], 5), tensorOf([3, 2]))
      .map(inputs => ({ inputs, fn: tf.tensorScatterUpdate as unknown as Case["fn"] }));
    await agreesWithCpu("TensorScatterUpdate", update);
  });

  test("SparseToDense agrees with tfjs-cpu", async () => {
    const cases = fc
      .tuple(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 3, maxLength: 3 }), tensorOf([3]))
      .map(([at, values]) => ({
        inputs: [{ shape: [3], dtype: "int32" as const, values: at }, values],
        fn: ((i: tf.Tensor, v: tf.Tensor) => tf.sparseToDense(i, v, [6], 7)) as Case["fn"],
      }));
    await agreesWithCpu("SparseToDense", cases);
  });

  test("Bincount and DenseBincount agree with tfjs-cpu", async () => {
    const entries = indices([9], 7);
    const weights = tensorOf([9]);
    await agreesWithCpu(
      "Bincount",
      fc.tuple(entries, weights).map(inputs => ({
        inputs,
        fn: ((x: tf.Tensor, w: tf.Tensor) => tf.bincount(x as tf.Tensor1D, w as tf.Tensor1D, 5)) as Case["fn"],
      })),
    );
    for (const binary of [false, true]) {
      await agreesWithCpu(
        "DenseBincount",
        fc.tuple(indices([2, 6], 7), tensorOf([2, 6])).map(inputs => ({
          inputs,
          fn: ((x: tf.Tensor, w: tf.Tensor) =>
            tf.denseBincount(x as tf.Tensor2D, w as tf.Tensor2D, 5, binary)) as Case["fn"],
        })),
        6,
      );
    }
  });

  test("SearchSorted agrees with tfjs-cpu on both sides", async () => {
    for (const side of ["left", "right"] as const) {
      const cases = fc.tuple(tensorOf([2, 6]), tensorOf([2, 4])).map(([s, v]) => {
        const rows = [s.values.slice(0, 6), s.values.slice(6)].map(r => r.sort((a, b) => a - b));
        return {
          inputs: [{ ...s, values: rows.flat() }, v],
          fn: ((a: tf.Tensor, b: tf.Tensor) => tf.searchSorted(a, b, side)) as Case["fn"],
        };
      });
      await agreesWithCpu("SearchSorted", cases);
    }
  });
});
