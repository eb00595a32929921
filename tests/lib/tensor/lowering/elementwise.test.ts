/** Every elementwise lowering against tfjs-cpu, special numbers and all dtypes included. */
import fc from "fast-check";
import { tf } from "../../../../lib/tensor";
import { agreesWithCpu, broadcastable, type Case, integers, quarters, special, tensorOf, tensors } from "../compare";

type Unary = (x: tf.Tensor) => tf.Tensor;

const unaryFloat: Record<string, Unary> = {
  Acos: tf.acos,
  Acosh: tf.acosh,
  Asin: tf.asin,
  Asinh: tf.asinh,
  Atan: tf.atan,
  Atanh: tf.atanh,
  Cos: tf.cos,
  Cosh: x => tf.cosh(tf.clipByValue(x, -20, 20)),
  Elu: tf.elu,
  Erf: tf.erf,
  Exp: tf.exp,
  Expm1: tf.expm1,
  Log: tf.log,
  Log1p: tf.log1p,
  Reciprocal: tf.reciprocal,
  Rsqrt: tf.rsqrt,
  Selu: tf.selu,
  Sigmoid: tf.sigmoid,
  Sin: tf.sin,
  Sinh: x => tf.sinh(tf.clipByValue(x, -20, 20)),
  Softplus: tf.softplus,
  Sqrt: tf.sqrt,
  Tan: tf.tan,
  Tanh: tf.tanh,
  Abs: tf.abs,
  Ceil: tf.ceil,
  ClipByValue: x => tf.clipByValue(x, -1.5, 2.25),
  Floor: tf.floor,
  IsFinite: tf.isFinite,
  IsInf: tf.isInf,
  IsNan: tf.isNaN,
  LeakyRelu: x => tf.leakyRelu(x, 0.3),
  Neg: tf.neg,
  OnesLike: tf.onesLike,
  Relu: tf.relu,
  Relu6: tf.relu6,
  Round: tf.round,
  Sign: tf.sign,
  Square: tf.square,
  Step: tf.step,
  StepWithAlpha: x => tf.step(x, 0.25),
  ZerosLike: tf.zerosLike,
  Identity: tf.clone,
};

describe("elementwise kernels of one tensor", () => {
  // Angles of a million lose their last digits in any float32 reduction: those inputs stay moderate.
  const periodic = new Set(["Sin", "Cos", "Tan"]);
  for (const [name, fn] of Object.entries(unaryFloat)) {
    test(`${name} agrees with tfjs-cpu on float32`, async () => {
      const value = periodic.has(name) ? quarters : special;
      const cases: fc.Arbitrary<Case> = tensors("float32", { value }).map(x => ({ inputs: [x], fn }));
      await agreesWithCpu(name, cases, 12, 4e-6);
    });
  }

  const unaryInteger: Record<string, Unary> = {
    Abs: tf.abs,
    Neg: tf.neg,
    Sign: tf.sign,
    Square: tf.square,
    Relu: tf.relu,
    ClipByValue: x => tf.clipByValue(x, -3, 5),
    Exp: x => tf.exp(tf.clipByValue(x, -5, 5)),
  };
  for (const [name, fn] of Object.entries(unaryInteger)) {
    test(`${name} agrees with tfjs-cpu on int32`, async () => {
      await agreesWithCpu(
        name,
        tensors("int32").map(x => ({ inputs: [x], fn })),
      );
    });
  }

  test("LogicalNot agrees with tfjs-cpu", async () => {
    await agreesWithCpu(
      "LogicalNot",
      tensors("bool").map(x => ({ inputs: [x], fn: tf.logicalNot })),
    );
  });

  test("Cast agrees with tfjs-cpu between all pairs of dtypes", async () => {
    const dtypes = ["float32", "int32", "bool"] as const;
    const cases = fc.tuple(fc.constantFrom(...dtypes), fc.constantFrom(...dtypes)).chain(([from, to]) => {
      const value = from === "float32" ? fc.oneof(quarters, fc.constant(Number.NaN)) : undefined;
      return tensors(from, value ? { value } : {}).map(x => ({
        inputs: [x],
        fn: (t: tf.Tensor) => tf.cast(t, to),
        note: to,
      }));
    });
    await agreesWithCpu("Cast", cases, 60);
  });

  test("small arguments of expm1 and log1p keep their digits", async () => {
    const tiny = fc.double({ min: -1e-3, max: 1e-3, noNaN: true }).map(Math.fround);
    for (const fn of [tf.expm1, tf.log1p]) {
      // Scaled up afterwards, so that the comparison sees the leading digits of a small result.
      const scaled = (x: tf.Tensor) => tf.mul(fn(x), 1e3);
      await agreesWithCpu(
        "tiny",
        tensorOf([16], "float32", tiny).map(x => ({ inputs: [x], fn: scaled })),
        25,
        1e-6,
      );
    }
  });
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const binaryFloat: Record<string, Binary> = {
  Add: tf.add,
  Sub: tf.sub,
  Multiply: tf.mul,
  RealDiv: tf.div,
  FloorDiv: tf.floorDiv,
  Maximum: tf.maximum,
  Minimum: tf.minimum,
  SquaredDifference: tf.squaredDifference,
  Greater: tf.greater,
  GreaterEqual: tf.greaterEqual,
  Less: tf.less,
  LessEqual: tf.lessEqual,
  Equal: tf.equal,
  NotEqual: tf.notEqual,
};

const pairOf = (dtype: "float32" | "int32" | "bool", value?: fc.Arbitrary<number>) =>
  broadcastable(2).chain(([a, b]) => fc.tuple(tensorOf(a!, dtype, value), tensorOf(b!, dtype, value)));

describe("elementwise kernels of two tensors, broadcast", () => {
  for (const [name, fn] of Object.entries(binaryFloat)) {
    test(`${name} agrees with tfjs-cpu on float32`, async () => {
      await agreesWithCpu(
        name,
        pairOf("float32", special).map(inputs => ({ inputs, fn })),
      );
    });
    test(`${name} agrees with tfjs-cpu on int32, division by zero included`, async () => {
      await agreesWithCpu(
        name,
        pairOf("int32", fc.oneof(integers, fc.constant(0))).map(inputs => ({ inputs, fn })),
      );
    });
  }

  for (const [name, fn] of Object.entries({
    LogicalAnd: tf.logicalAnd,
    LogicalOr: tf.logicalOr,
    LogicalXor: tf.logicalXor,
  })) {
    test(`${name} agrees with tfjs-cpu`, async () => {
      await agreesWithCpu(
        name,
        pairOf("bool").map(inputs => ({ inputs, fn })),
      );
    });
  }

  test("Mod agrees with tfjs-cpu for either sign", async () => {
    const nonZero = quarters.filter(x => x !== 0);
    const cases = broadcastable(2).chain(([a, b]) => fc.tuple(tensorOf(a!), tensorOf(b!, "float32", nonZero)));
    await agreesWithCpu(
      "Mod",
      cases.map(inputs => ({ inputs, fn: tf.mod })),
    );
    const whole = broadcastable(2).chain(([a, b]) => fc.tuple(tensorOf(a!, "int32"), tensorOf(b!, "int32")));
    await agreesWithCpu(
      "Mod int32",
      whole.map(inputs => ({ inputs, fn: tf.mod })),
    );
  });

  test("Pow agrees with tfjs-cpu", async () => {
    const base = fc.integer({ min: 1, max: 16 }).map(n => n / 4);
    const cases = broadcastable(2).chain(([a, b]) => fc.tuple(tensorOf(a!, "float32", base), tensorOf(b!)));
    await agreesWithCpu(
      "Pow",
      cases.map(inputs => ({ inputs, fn: tf.pow })),
      25,
      4e-6,
    );
    const small = fc.integer({ min: 0, max: 4 });
    const whole = broadcastable(2).chain(([a, b]) => fc.tuple(tensorOf(a!, "int32"), tensorOf(b!, "int32", small)));
    await agreesWithCpu(
      "Pow int32",
      whole.map(inputs => ({ inputs, fn: tf.pow })),
    );
    for (const exponent of [2, 3, 0.5, -1]) {
      await agreesWithCpu(
        "Pow scalar",
        tensors("float32", { value: base }).map(x => ({ inputs: [x], fn: (t: tf.Tensor) => tf.pow(t, exponent) })),
        10,
        4e-6,
      );
    }
  });

  test("Atan2 agrees with tfjs-cpu in every quadrant", async () => {
    await agreesWithCpu(
      "Atan2",
      pairOf("float32").map(inputs => ({ inputs, fn: tf.atan2 })),
    );
  });

  test("BitwiseAnd agrees with tfjs-cpu", async () => {
    const cases = tensors("int32").chain(a =>
      tensorOf(a.shape, "int32").map(b => ({ inputs: [a, b], fn: tf.bitwiseAnd as Binary })),
    );
    await agreesWithCpu("BitwiseAnd", cases);
  });

  test("Prelu agrees with tfjs-cpu", async () => {
    const cases = tensors("float32", { min: 1 }).chain(x =>
      tensorOf([x.shape[x.shape.length - 1]!]).map(alpha => ({ inputs: [x, alpha], fn: tf.prelu as Binary })),
    );
    await agreesWithCpu("Prelu", cases);
  });

  test("AddN agrees with tfjs-cpu", async () => {
    const cases = tensors().chain(a =>
      fc
        .tuple(tensorOf(a.shape), tensorOf(a.shape))
        .map(([b, c]) => ({ inputs: [a, b, c], fn: (...xs: tf.Tensor[]) => tf.addN(xs) })),
    );
    await agreesWithCpu("AddN", cases);
  });

  test("Select agrees with tfjs-cpu, by element and by row", async () => {
    const fn = (c: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.where(c, a, b);
    for (const dtype of ["float32", "int32"] as const) {
      const cases = broadcastable(3).chain(([c, a, b]) =>
        fc
          .tuple(tensorOf(c!, "bool"), tensorOf(a!, dtype), tensorOf(b!, dtype))
          .map(inputs => ({ inputs, fn: fn as never })),
      );
      await agreesWithCpu("Select", cases);
    }
  });
});
