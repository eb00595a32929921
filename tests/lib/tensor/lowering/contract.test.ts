/** Kernels that sum: reductions, softmaxes, matrix products, convolutions, pools and resizing, against tfjs-cpu. */
import fc from "fast-check";
import { jit, tf } from "../../../../lib/tensor";
import { agreesWithCpu, type Case, special, tensorOf, tensors } from "../compare";

describe("reductions", () => {
  const floats = { Sum: tf.sum, Mean: tf.mean, Max: tf.max, Min: tf.min, Prod: tf.prod } as Record<
    string,
    (x: tf.Tensor, a: number[], k: boolean) => tf.Tensor
  >;
  for (const [name, fn] of Object.entries(floats)) {
    for (const dtype of ["float32", "int32"] as const) {
      test(`${name} of ${dtype} agrees with tfjs-cpu over any axes`, async () => {
        const value = name === "Prod" ? fc.constantFrom(-1, 1) : undefined;
        const cases = tensors(dtype, { empty: name === "Sum" || name === "Prod", ...(value ? { value } : {}) }).chain(
          x =>
            fc
              .tuple(
                fc.subarray([...x.shape.keys()], { minLength: Math.min(1, x.shape.length) }),
                fc.boolean(),
                fc.boolean(),
              )
              .map(([axes, keep, negative]) => ({
                inputs: [x],
                fn: (t: tf.Tensor) =>
                  fn(
                    t,
                    axes.map(a => (negative ? a - x.shape.length : a)),
                    keep,
                  ),
                note: `axes ${axes}`,
              })),
        );
        await agreesWithCpu(name, cases);
      });
    }
  }
  test("large sums and means over leading axes are taken in blocks and agree with tfjs-cpu", () => {
    // 4,096 and 5,000 rows can be cut into blocks, 4,093 is prime.
    for (const [shape, axes] of [
      [
        [16, 256, 24],
        [0, 1],
      ],
      [[5000, 20], [0]],
      [[4093, 17], [0]],
      [
        [32, 16, 16, 12],
        [0, 1, 2],
      ],
      [
        [64, 80, 20],
        [1, 2],
      ],
    ] as const) {
      const x = tf.randomNormal([...shape], 1, 1, "float32", 5);
      for (const reduce of [tf.sum, tf.mean]) {
        for (const keep of [false, true]) {
          const run = jit((t: tf.Tensor) => reduce(t, [...axes], keep));
          const actual = run(x);
          // Row after row in double precision.
          const kept = shape.flatMap((d, i) => ((axes as readonly number[]).includes(i) ? (keep ? [1] : []) : [d]));
          expect(actual.shape).toEqual(kept);
          const last = axes[0] === 0;
          const columns = actual.size;
          const values = x.dataSync();
          const expected = new Float64Array(columns);
          const rows = values.length / columns;
          for (let i = 0; i < values.length; i++)
            expected[last ? i % columns : Math.floor(i / rows)]! += reduce === tf.mean ? values[i]! / rows : values[i]!;
          const scale = reduce === tf.mean ? 1 : rows;
          actual.dataSync().forEach((value, i) => {
            expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * scale);
          });
          run.dispose();
        }
      }
    }
  });
  test("Max and Min agree with tfjs-cpu about NaN and infinity", async () => {
    for (const fn of [tf.max, tf.min]) {
      await agreesWithCpu(
        "extremes",
        tensors("float32", { min: 1, max: 3, empty: false, value: special }).map(x => ({
          inputs: [x],
          fn: (t: tf.Tensor) => fn(t, -1),
        })),
      );
    }
  });
  test("All, Any, ArgMax and ArgMin agree with tfjs-cpu", async () => {
    for (const fn of [tf.all, tf.any]) {
      await agreesWithCpu(
        "logical",
        tensors("bool", { min: 1, empty: false }).map(x => ({ inputs: [x], fn: (t: tf.Tensor) => fn(t, -1) })),
      );
    }
    for (const fn of [tf.argMax, tf.argMin]) {
      for (const dtype of ["float32", "int32"] as const) {
        await agreesWithCpu(
          "arg",
          tensors(dtype, { min: 1, empty: false }).chain(x =>
            fc.integer({ min: 0, max: x.shape.length - 1 }).map(a => ({ inputs: [x], fn: (t: tf.Tensor) => fn(t, a) })),
          ),
          8,
        );
      }
    }
  });
  test("Softmax and LogSoftmax agree with tfjs-cpu", async () => {
    for (const fn of [tf.softmax, tf.logSoftmax]) {
      await agreesWithCpu(
        "softmax",
        tensors("float32", { min: 1, max: 4, empty: false }).map(x => ({ inputs: [x], fn: (t: tf.Tensor) => fn(t) })),
      );
    }
  });
});

describe("matrix products", () => {
  const dims = fc.tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
    fc.boolean(),
    fc.boolean(),
  );
  test("BatchMatMul agrees with tfjs-cpu, batches broadcast and inner sizes empty", async () => {
    const batches: [number[], number[]][] = [
      [[], []],
      [[2], [2]],
      [
        [3, 2],
        [3, 2],
      ],
      [[1], [3]],
      [[3], [1]],
    ];
    // Without a shared axis and with broadcast batches, tfjs-cpu returns fewer numbers than its shape has.
    const sane = fc
      .tuple(dims, fc.constantFrom(...batches))
      .filter(([[, k], [pa, pb]]) => k > 0 || `${pa}` === `${pb}`);
    const cases = sane.chain(([[m, k, n, ta, tb], [pa, pb]]) =>
      fc
        .tuple(tensorOf([...pa, ...(ta ? [k, m] : [m, k])]), tensorOf([...pb, ...(tb ? [n, k] : [k, n])]))
        .map(inputs => ({
          inputs,
          fn: ((a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, ta, tb)) as Case["fn"],
          note: `${ta} ${tb}`,
        })),
    );
    await agreesWithCpu("BatchMatMul", cases, 40);
  });
  test("batches that are broadcast on both sides give what tiling them gives", () => {
    // tfjs-cpu gets these wrong: it walks the batches of one side only.
    const a = tf.randomNormal([2, 1, 3, 4], 0, 1, "float32", 1);
    const b = tf.randomNormal([1, 3, 4, 5], 0, 1, "float32", 2);
    const tiled = tf.matMul(tf.tile(a, [1, 3, 1, 1]), tf.tile(b, [2, 1, 1, 1]));
    for (const broadcast of [tf.matMul(a, b), jit((x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y))(a, b)]) {
      expect(broadcast.shape).toEqual([2, 3, 3, 5]);
      expect(tf.max(tf.abs(tf.sub(broadcast, tiled))).dataSync()[0]).toBeLessThan(1e-5);
    }
  });
  test("fused products agree with tfjs-cpu for every activation", async () => {
    for (const activation of ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const) {
      const cases = fc.tuple(tensorOf([3, 4]), tensorOf([4, 5]), tensorOf([5]), tensorOf([5])).map(inputs => ({
        inputs,
        fn: ((a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor, alpha: tf.Tensor) =>
          tf.fused.matMul({
            a,
            b,
            bias,
            activation,
            preluActivationWeights: activation === "prelu" ? alpha : (undefined as never),
            leakyreluAlpha: 0.1,
          })) as Case["fn"],
        note: activation,
      }));
      await agreesWithCpu("_FusedMatMul", cases, 3);
    }
  });
  test("Einsum agrees with tfjs-cpu", async () => {
    for (const [equation, a, b] of [
      ["ij,jk->ik", [2, 3], [3, 4]],
      ["bij,bkj->bik", [2, 3, 4], [2, 5, 4]],
      ["ij,j->i", [2, 3], [3]],
      ["bhid,bhjd->bhij", [1, 2, 3, 4], [1, 2, 3, 4]],
    ] as const) {
      const cases = fc.tuple(tensorOf([...a]), tensorOf([...b])).map(inputs => ({
        inputs,
        fn: ((x: tf.Tensor, y: tf.Tensor) => tf.einsum(equation, x, y)) as Case["fn"],
        note: equation,
      }));
      await agreesWithCpu("Einsum", cases, 3);
    }
  });
});

const explicit: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
];
const conv2d = fc.record({
  n: fc.integer({ min: 1, max: 2 }),
  h: fc.integer({ min: 4, max: 7 }),
  w: fc.integer({ min: 4, max: 7 }),
  i: fc.constantFrom(1, 3, 8, 16, 20),
  o: fc.constantFrom(1, 4, 8, 16, 19),
  k: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.constantFrom(1, 1, 2),
  pad: fc.constantFrom("same" as const, "valid" as const, 1, explicit),
  format: fc.constantFrom("NHWC" as const, "NHWC" as const, "NCHW" as const),
});

describe("convolutions", () => {
  test("Conv2D and its two gradients agree with tfjs-cpu", async () => {
    const cases = conv2d
      .filter(c => c.stride === 1 || c.dilation === 1)
      .filter(c => typeof c.pad !== "number" || c.k > 1)
      .chain(c => {
        const x = c.format === "NHWC" ? [c.n, c.h, c.w, c.i] : [c.n, c.i, c.h, c.w];
        const pad = c.format === "NCHW" && typeof c.pad === "object" ? 1 : c.pad;
        const forward = (a: tf.Tensor, f: tf.Tensor) =>
          tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, c.stride, pad as never, c.format, c.dilation);
        return fc.tuple(tensorOf(x), tensorOf([c.k, c.k, c.i, c.o])).map(inputs => ({
          inputs,
          note: JSON.stringify(c),
          fn: ((a: tf.Tensor, f: tf.Tensor) => {
            const y = forward(a, f);
            // tfjs defines no gradient of a dilated convolution.
            if (c.dilation > 1) return y;
            const [da, df] = tf.grads((p: tf.Tensor, q: tf.Tensor) => tf.sum(tf.square(forward(p, q))))([a, f]);
            return [y, da!, df!];
          }) as Case["fn"],
        }));
      });
    await agreesWithCpu("Conv2D", cases, 40, 1e-5);
  });

  // Blocks are of 8 or 16: such a batch fills them, and the filter's gradient is a convolution over the images.
  test("a filter's gradient agrees with tfjs-cpu over batches of whole blocks", async () => {
    const cases = fc
      .record({
        n: fc.constantFrom(16, 32),
        h: fc.integer({ min: 3, max: 5 }),
        w: fc.integer({ min: 3, max: 5 }),
        i: fc.constantFrom(16, 20, 32),
        o: fc.constantFrom(16, 20, 32),
        k: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 3 })),
        pad: fc.constantFrom("same" as const, "valid" as const, explicit),
      })
      .chain(c =>
        fc.tuple(tensorOf([c.n, c.h, c.w, c.i]), tensorOf([...c.k, c.i, c.o])).map(inputs => ({
          inputs,
          note: JSON.stringify(c),
          fn: ((a: tf.Tensor, f: tf.Tensor) =>
            tf.grad((q: tf.Tensor) =>
              tf.sum(tf.square(tf.conv2d(a as tf.Tensor4D, q as tf.Tensor4D, 1, c.pad as never))),
            )(f)) as Case["fn"],
        })),
      );
    await agreesWithCpu("Conv2DBackpropFilter", cases, 12, 1e-5);
  });

  test("DepthwiseConv2dNative and its gradients agree with tfjs-cpu", async () => {
    const cases = conv2d
      .filter(c => c.format === "NHWC" && typeof c.pad === "string" && c.i < 9)
      .filter(c => c.stride === 1 || c.dilation === 1)
      .chain(c => {
        const forward = (a: tf.Tensor, f: tf.Tensor) =>
          tf.depthwiseConv2d(a as tf.Tensor4D, f as tf.Tensor4D, c.stride, c.pad as "same", "NHWC", c.dilation);
        return fc.tuple(tensorOf([c.n, c.h, c.w, c.i]), tensorOf([c.k, c.k, c.i, 2])).map(inputs => ({
          inputs,
          note: JSON.stringify(c),
          fn: ((a: tf.Tensor, f: tf.Tensor) => {
            const y = forward(a, f);
            if (c.dilation > 1) return y;
            const [da, df] = tf.grads((p: tf.Tensor, q: tf.Tensor) => tf.sum(tf.square(forward(p, q))))([a, f]);
            return [y, da!, df!];
          }) as Case["fn"],
        }));
      });
    await agreesWithCpu("DepthwiseConv2dNative", cases, 15, 1e-5);
  });

  test("fused convolutions agree with tfjs-cpu", async () => {
    for (const activation of ["linear", "relu", "prelu"] as const) {
      const cases = fc
        .tuple(tensorOf([1, 4, 4, 3]), tensorOf([3, 3, 3, 8]), tensorOf([8]), tensorOf([8]))
        .map(inputs => ({
          inputs,
          fn: ((x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor, alpha: tf.Tensor) =>
            tf.fused.conv2d({
              x: x as tf.Tensor4D,
              filter: filter as tf.Tensor4D,
              strides: 1,
              pad: "same",
              bias,
              activation,
              preluActivationWeights: activation === "prelu" ? alpha : (undefined as never),
            })) as Case["fn"],
          note: activation,
        }));
      await agreesWithCpu("FusedConv2D", cases, 3, 1e-5);
    }
  });

  test("Conv3D and its gradients agree with tfjs-cpu", async () => {
    const cases = fc
      .tuple(fc.constantFrom("same" as const, "valid" as const), fc.integer({ min: 1, max: 2 }))
      .chain(([pad, stride]) => {
        const forward = (a: tf.Tensor, f: tf.Tensor) => tf.conv3d(a as tf.Tensor5D, f as tf.Tensor5D, stride, pad);
        return fc.tuple(tensorOf([1, 3, 4, 5, 2]), tensorOf([2, 2, 2, 2, 3])).map(inputs => ({
          inputs,
          note: `${pad} ${stride}`,
          fn: ((a: tf.Tensor, f: tf.Tensor) => {
            const [da, df] = tf.grads((p: tf.Tensor, q: tf.Tensor) => tf.sum(tf.square(forward(p, q))))([a, f]);
            return [forward(a, f), da!, df!];
          }) as Case["fn"],
        }));
      });
    await agreesWithCpu("Conv3D", cases, 8, 1e-5);
  });

  test("Dilation2D and its gradients agree with tfjs-cpu", async () => {
    const cases = fc
      .tuple(fc.constantFrom("same" as const, "valid" as const), fc.integer({ min: 1, max: 2 }))
      .chain(([pad, stride]) => {
        const forward = (a: tf.Tensor, f: tf.Tensor) => tf.dilation2d(a as tf.Tensor4D, f as tf.Tensor3D, stride, pad);
        // Distinct values: where two sums tie, "the first" depends on the order of the search.
        return fc
          .tuple(
            fc.shuffledSubarray([...Array(60).keys()], { minLength: 60 }),
            fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 }),
          )
          .map(([x, f]) => ({
            inputs: [
              { shape: [1, 5, 4, 3], dtype: "float32" as const, values: x },
              { shape: [2, 2, 3], dtype: "float32" as const, values: f.map(v => v / 13) },
            ],
            note: `${pad} ${stride}`,
            fn: ((a: tf.Tensor, b: tf.Tensor) => {
              const [da, db] = tf.grads((p: tf.Tensor, q: tf.Tensor) => tf.sum(tf.square(forward(p, q))))([a, b]);
              return [forward(a, b), da!, db!];
            }) as Case["fn"],
          }));
      });
    await agreesWithCpu("Dilation2D", cases, 8, 1e-5);
  });
});

describe("pools", () => {
  const pool = fc.record({
    size: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom("same" as const, "valid" as const),
    h: fc.integer({ min: 3, max: 6 }),
  });
  test("MaxPool and its gradient agree with tfjs-cpu, ties included", async () => {
    const cases = pool.chain(p =>
      tensorOf([2, p.h, 4, 3], "float32", fc.integer({ min: 0, max: 3 })).map(x => ({
        inputs: [x],
        note: JSON.stringify(p),
        fn: ((a: tf.Tensor) => {
          const forward = (t: tf.Tensor) => tf.maxPool(t as tf.Tensor4D, p.size, p.stride, p.pad);
          return [forward(a), tf.grad((t: tf.Tensor) => tf.sum(tf.square(forward(t))))(a)];
        }) as Case["fn"],
      })),
    );
    await agreesWithCpu("MaxPool", cases, 25);
  });
  test("AvgPool agrees with tfjs-cpu, and its gradient where no window crosses the border", async () => {
    const cases = pool.chain(p =>
      tensorOf([2, p.h, 4, 3]).map(x => ({
        inputs: [x],
        note: JSON.stringify(p),
        fn: ((a: tf.Tensor) => {
          const forward = (t: tf.Tensor) => tf.avgPool(t as tf.Tensor4D, p.size, p.stride, p.pad);
          return p.pad === "same"
            ? forward(a)
            : [forward(a), tf.grad((t: tf.Tensor) => tf.sum(tf.square(forward(t))))(a)];
        }) as Case["fn"],
      })),
    );
    await agreesWithCpu("AvgPool", cases, 20);
  });
  test("MaxPoolWithArgmax agrees with tfjs-cpu", async () => {
    for (const all of [false, true]) {
      const cases = tensorOf([2, 5, 4, 3]).map(x => ({
        inputs: [x],
        fn: ((a: tf.Tensor) => {
          const { result, indexes } = tf.maxPoolWithArgmax(a as tf.Tensor4D, 2, 2, "valid", all);
          return [result, indexes];
        }) as Case["fn"],
      }));
      await agreesWithCpu("MaxPoolWithArgmax", cases, 4);
    }
  });
  test("pools of three dimensions agree with tfjs-cpu", async () => {
    const cases = fc.shuffledSubarray([...Array(160).keys()], { minLength: 160 }).map(values => ({
      // Distinct values: tfjs's 3D gradient breaks ties differently from its 2D one.
      inputs: [{ shape: [1, 4, 4, 5, 2], dtype: "float32" as const, values }],
      fn: ((a: tf.Tensor) => {
        const max = (t: tf.Tensor) => tf.maxPool3d(t as tf.Tensor5D, 2, 2, "valid");
        const avg = (t: tf.Tensor) => tf.avgPool3d(t as tf.Tensor5D, 2, 1, "valid");
        return [
          max(a),
          avg(a),
          tf.grad((t: tf.Tensor) => tf.sum(tf.square(max(t))))(a),
          tf.grad((t: tf.Tensor) => tf.sum(tf.square(avg(t))))(a),
        ];
      }) as Case["fn"],
    }));
    await agreesWithCpu("3D pools", cases, 6);
  });
});

describe("images and normalization", () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }));
  for (const [name, fn] of Object.entries({
    ResizeBilinear: tf.image.resizeBilinear,
    ResizeNearestNeighbor: tf.image.resizeNearestNeighbor,
  })) {
    test(`${name} agrees with tfjs-cpu for every way to align pixels`, async () => {
      const cases = fc
        .tuple(sizes, fc.constantFrom([false, false], [true, false], [false, true]))
        .chain(([size, [align, half]]) =>
          tensorOf([2, 3, 4, 2]).map(x => ({
            inputs: [x],
            note: `${size} ${align} ${half}`,
            fn: ((t: tf.Tensor) => fn(t as tf.Tensor4D, size, align, half)) as Case["fn"],
          })),
        );
      await agreesWithCpu(name, cases, 25, 1e-5);
    });
  }
  test("FusedBatchNorm and LRN agree with tfjs-cpu", async () => {
    const positive = fc.integer({ min: 1, max: 8 }).map(n => n / 4);
    const cases = fc
      .tuple(tensorOf([2, 3, 3, 4]), tensorOf([4]), tensorOf([4], "float32", positive), tensorOf([4]), tensorOf([4]))
      .map(inputs => ({
        inputs,
        fn: ((...[x, m, v, o, s]: tf.Tensor[]) =>
          tf.batchNorm(x!, m as tf.Tensor1D, v as tf.Tensor1D, o as tf.Tensor1D, s as tf.Tensor1D)) as Case["fn"],
      }));
    await agreesWithCpu("FusedBatchNorm", cases, 5, 1e-5);
    const lrn = tensorOf([1, 2, 3, 7]).map(x => ({
      inputs: [x],
      fn: ((t: tf.Tensor) => {
        const forward = (a: tf.Tensor) => tf.localResponseNormalization(a as tf.Tensor4D, 2, 1, 0.5, 0.6);
        return [forward(t), tf.grad((a: tf.Tensor) => tf.sum(forward(a)))(t)];
      }) as Case["fn"],
    }));
    await agreesWithCpu("LRN", lrn, 5, 1e-5);
  });
  test("FlipLeftRight agrees with tfjs-cpu", async () => {
    await agreesWithCpu(
      "FlipLeftRight",
      tensorOf([2, 3, 4, 2]).map(x => ({
        inputs: [x],
        fn: ((t: tf.Tensor) => tf.image.flipLeftRight(t as tf.Tensor4D)) as Case["fn"],
      })),
      3,
    );
  });
});
