/** Optimizers against PyTorch's numbers (fixtures/optimizers.json, written by fixtures/optimizers.py) and closed forms, eager and compiled. */
import { jit, tf } from "../../../../lib/tensor";
import {
  adam,
  adamW,
  clipByGlobalNorm,
  constant,
  cosine,
  ema,
  grad,
  gradientAccumulator,
  linear,
  type Optimizer,
  sgd,
  trainStep,
  valueAndGrad,
  warmUp,
} from "../../../../lib/tensor/optimizers";
import fixture from "../fixtures/optimizers.json";

const values = (t: tf.Tensor): number[] => [...t.dataSync()];
afterEach(() => tf.disposeVariables());

/** The problem of the fixture: a matrix and a vector, loss Σ(w∘w)·c + (v - 1)^4, with its weights. */
function problem() {
  const w = tf.variable(tf.tensor2d(fixture.start.w));
  const v = tf.variable(tf.tensor1d(fixture.start.v));
  const c = tf.tensor2d(fixture.c);
  const loss = () => tf.add(tf.sum(tf.mul(tf.square(w), c)), tf.sum(tf.pow(tf.sub(v, 1), 4))) as tf.Scalar;
  return { w, v, loss };
}

const make: Record<string, (variables: tf.Variable[]) => Optimizer> = {
  sgd: vs => sgd(vs, { learningRate: 0.05 }),
  momentum: vs => sgd(vs, { learningRate: 0.05, momentum: 0.9 }),
  nesterov: vs => sgd(vs, { learningRate: 0.05, momentum: 0.9, nesterov: true }),
  adam: vs => adam(vs, { learningRate: 0.1 }),
  adamEpsilon: vs => adam(vs, { learningRate: 0.1, epsilon: 0.1, beta1: 0.8, beta2: 0.95 }),
  adamW: vs => adamW(vs, { learningRate: 0.1, weightDecay: 0.2, decays: () => true }),
  adamWMatrices: vs => adamW(vs, { learningRate: 0.1, weightDecay: 0.2 }),
  clipped: vs => sgd(vs, { learningRate: 0.05 }),
};

describe.each(Object.keys(make))("%s", name => {
  const options = name === "clipped" ? { clipNorm: 0.5 } : {};

  it.each(["eager", "compiled"])("takes PyTorch's steps, %s", how => {
    const { w, v, loss } = problem();
    const plain = trainStep(loss, [w, v], make[name]!([w, v]), options);
    const step = how === "compiled" ? jit(plain) : plain;
    const expected = fixture.steps[name as keyof typeof fixture.steps];
    for (const { loss: loss_, w: w_, v: v_ } of expected) {
      // 1e-5 relative: float32 on both sides, and Adam's moments are scaled differently here.
      const value = step().dataSync()[0]!;
      expect(Math.abs(value - loss_)).toBeLessThan(1e-5 * Math.max(1, loss_));
      values(w).forEach((x, i) => {
        expect(x).toBeCloseTo(w_.flat()[i]!, 4);
      });
      values(v).forEach((x, i) => {
        expect(x).toBeCloseTo(v_[i]!, 4);
      });
    }
  });
});

describe("a learning rate", () => {
  it("can be changed between compiled steps without tracing again", () => {
    const w = tf.variable(tf.scalar(0));
    const optimizer = sgd([w], { learningRate: 1 });
    const step = jit(trainStep(() => tf.mul(w, 1) as tf.Scalar, [w], optimizer));
    step();
    optimizer.learningRate!.assign(tf.scalar(0.25));
    step();
    expect(values(w)[0]).toBe(-1.25);
    expect(step.stats().traces).toBe(1);
    step.dispose();
  });

  it.each([
    ["constant", constant(0.5), [0.5, 0.5, 0.5, 0.5]],
    ["linear", linear(1, { steps: 2, final: 0.5 }), [1, 0.75, 0.5, 0.5]],
    ["cosine", cosine(1, { steps: 2, final: 0.2 }), [1, 0.6, 0.2, 0.2]],
    ["warmUp", warmUp(constant(1), 4), [0.25, 0.5, 0.75, 1, 1]],
    ["warmUp then cosine", warmUp(cosine(1, { steps: 2 }), 2), [0.5, 1, 1, 0.5, 0]],
  ] as const)("%s follows its schedule in a compiled step", (_, schedule, rates) => {
    const w = tf.variable(tf.scalar(0));
    const optimizer = sgd([w], { learningRate: schedule });
    const step = jit(trainStep(() => tf.mul(w, 1) as tf.Scalar, [w], optimizer));
    let before = 0;
    for (const rate of rates) {
      step();
      const now = values(w)[0]!;
      expect(before - now).toBeCloseTo(rate, 6); // the gradient is 1
      before = now;
    }
    step.dispose();
  });

  it("must be a number of 0 or more", () => {
    expect(() => adam([tf.variable(tf.scalar(1))], { learningRate: -1 })).toThrow(/adam: expected a learning rate/);
  });
});

describe("gradients", () => {
  it("valueAndGrad gives the loss and its gradients by variable name", () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const { value, grads } = valueAndGrad(
      (x: tf.Tensor) => tf.sum(tf.mul(tf.square(w), x)) as tf.Scalar,
      [w],
    )(tf.tensor1d([3, 4]));
    expect(values(value)).toEqual([19]);
    expect(values(grads[w.name]!)).toEqual([6, 16]);
  });

  it("grad gives the gradients alone", () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    expect(values(grad(() => tf.sum(tf.square(w)) as tf.Scalar, [w])()[w.name]!)).toEqual([2, 4]);
  });

  it("clipByGlobalNorm scales to the norm and leaves small gradients alone", () => {
    const grads = { a: tf.tensor1d([3, 0]), b: tf.scalar(4) };
    const { grads: clipped, norm } = clipByGlobalNorm(grads, 1);
    expect(values(norm)[0]).toBeCloseTo(5, 6);
    expect(values(clipped.a!)[0]).toBeCloseTo(0.6, 6);
    expect(values(clipped.b!)[0]).toBeCloseTo(0.8, 6);
    expect(values(clipByGlobalNorm(grads, 10).grads.a!)).toEqual([3, 0]);
  });

  it("accumulated over micro-batches equal those of the whole batch", () => {
    const w = tf.variable(tf.tensor2d([[0.5], [-0.25]]));
    const loss = (x: tf.Tensor, y: tf.Tensor) => tf.mean(tf.squaredDifference(tf.matMul(x, w), y)) as tf.Scalar;
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
    const y = tf.tensor2d([1, 0, 2, 1], [4, 1]);
    const whole = values(grad(loss, [w])(x, y)[w.name]!);
    const accumulator = gradientAccumulator([w]);
    const gather = jit((x: tf.Tensor, y: tf.Tensor) => accumulator.add(valueAndGrad(loss, [w])(x, y).grads));
    const collect = jit(() => accumulator.mean());
    for (let round = 0; round < 2; round++) {
      for (const at of [0, 2]) gather(tf.slice(x, [at, 0], [2, 2]), tf.slice(y, [at, 0], [2, 1]));
      const mean = values(collect()[w.name]!);
      mean.forEach((g, i) => {
        expect(g).toBeCloseTo(whole[i]!, 5);
      });
    }
    gather.dispose();
    collect.dispose();
  });

  it("that are missing are named", () => {
    const [w, u] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1), true, "unused")];
    expect(() => sgd([w, u], { learningRate: 1 }).applyGradients({ [w.name]: tf.scalar(1) })).toThrow(
      /sgd: expected a gradient for every variable, got none for unused/,
    );
  });
});

describe("ema", () => {
  it("follows the weights with the given decay, and swaps with them", () => {
    const w = tf.variable(tf.scalar(1));
    const average = ema([w], 0.9);
    const step = jit(() => {
      w.assign(tf.add(w, 1));
      average.update();
    });
    step();
    step();
    // 0.9 (0.9 · 1 + 0.1 · 2) + 0.1 · 3
    expect(values(average.averages[0]!)[0]).toBeCloseTo(1.29, 5);
    average.swap();
    expect(values(w)[0]).toBeCloseTo(1.29, 5);
    average.swap();
    expect(values(w)[0]).toBe(3);
    step.dispose();
  });

  it("refuses a decay that keeps nothing new", () => {
    expect(() => ema([tf.variable(tf.scalar(1))], 1)).toThrow(/ema: expected a decay/);
  });
});

it("state saved and loaded continues the same run", () => {
  const run = (steps: number, { w, v, loss }: ReturnType<typeof problem>, optimizer: Optimizer) => {
    const step = trainStep(loss, [w, v], optimizer);
    for (let i = 0; i < steps; i++) step();
    return [...values(w), ...values(v)];
  };
  const straight = problem();
  const expected = run(4, straight, adam([straight.w, straight.v], { learningRate: 0.1 }));
  const first = problem();
  const before = adam([first.w, first.v], { learningRate: 0.1 });
  run(2, first, before);
  const second = problem();
  const after = adam([second.w, second.v], { learningRate: 0.1 });
  second.w.assign(tf.clone(first.w) as never);
  second.v.assign(tf.clone(first.v) as never);
  for (const [name, variable] of Object.entries(after.state)) variable.assign(tf.clone(before.state[name]!) as never);
  expect(run(2, second, after)).toEqual(expected);
});
