/**
 * The five reference train steps, compiled, against PyTorch: 20 losses from the same weights and data. The fixture is written by
 * bench/train/fixtures.py. Differences are float32 sums taken in another order, which training amplifies; the tolerances are 5 times what was
 * measured.
 */

import { cnn, gpt, lstm, mlp, type ReferenceModel, unet } from "../../../bench/train/models";
import { jit, tf } from "../../../lib/tensor";
import fixture from "./fixtures/reference-losses.json";

const models = { mlp, cnn, lstm, gpt, unet };
type Name = keyof typeof models;

/**
 * Largest difference of a loss allowed over 20 steps; losses lie between 0.6 and 4.4. Measured: mlp 4e-6, cnn 4e-4, lstm 7e-6, gpt 1e-6, unet 1e-6.
 * The CNN has filter weights whose gradient is almost zero, where Adam's division magnifies the last bit: PyTorch differs by 2e-4 from itself when
 * its convolutions run without oneDNN. Its gradients agree with tfjs-cpu's to 2e-7.
 */
const tolerance: Record<Name, number> = { mlp: 2e-5, cnn: 2e-3, lstm: 4e-5, gpt: 1e-5, unet: 1e-5 };

function train(model: ReferenceModel, steps: number): number[] {
  const step = jit(model.step);
  try {
    return Array.from({ length: steps }, () => {
      const loss = step(...model.inputs);
      const [value] = loss.dataSync();
      loss.dispose();
      return value!;
    });
  } finally {
    step.dispose();
  }
}

// About 20 s on two idle cores; a busy machine may take many times as long.
jest.setTimeout(300_000);

describe.each(Object.keys(models) as Name[])("the %s train step", name => {
  afterEach(() => tf.disposeVariables());

  it("follows PyTorch's losses for 20 steps", () => {
    const expected = fixture.losses[name];
    const losses = train(models[name](), expected.length);
    const difference = Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i]!)));
    expect(difference).toBeLessThan(tolerance[name]);
  });

  it("gives bit-identical losses when it is run again", () => {
    const once = train(models[name](), 4);
    const again = train(models[name](), 4);
    expect(again).toEqual(once);
  });
});
