/**
 * Gradients of gradients, where tfjs loses them without a word.
 *
 * A gradient that needs what the forward pass has computed (tanh: dy (1 - y²)) gets a copy of it, and tfjs puts the copy on the tape
 * before the operation that made the original. The tape is walked backwards, so that what flows into the copy arrives too late: the
 * second derivative of tanh, exp, softmax, max and others misses its terms. Two repairs, of which the first pass through a
 * gradient notices nothing:
 *
 * - A copy of an operation's output goes on the tape after the operation.
 * - A copy of something in between (the log-probabilities of `tf.losses.softmaxCrossEntropy`, which `tf.customGrad` saves) is, on the
 *   tape, a function of the operation's inputs; its derivative computes the forward pass again, when it is asked for.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { core } from "../tfjs";

type TensorMap = Record<string, Tensor>;
type Save = (tensors: Tensor[]) => void;
type CustomFunction = (...inputsAndSave: (Tensor | Save)[]) => { value: Tensor; gradFunc: unknown };

interface TapeNode {
  inputs: TensorMap;
  outputs: Tensor[];
  saved?: Tensor[];
  gradient?: (dys: Tensor[]) => Record<string, () => Tensor>;
}

/** What is patched of tfjs-core's engine, which keeps its types to itself. */
interface Engine {
  state: { activeTape?: TapeNode[] };
  addTapeNode(...node: unknown[]): void;
  customGrad(f: CustomFunction): (...inputs: Tensor[]) => Tensor;
  gradients(f: () => Tensor, xs: Tensor[], dy: Tensor, allowNoGradients: boolean): { grads: (Tensor | null)[] };
}

export function keepSecondDerivatives(): void {
  const engine = core.engine() as unknown as Engine;
  keepThroughOutputs(engine);
  keepThroughCustomGradients(engine);
}

function keepThroughOutputs(engine: Engine): void {
  const addTapeNode = engine.addTapeNode.bind(engine);
  engine.addTapeNode = (...args) => {
    addTapeNode(...args);
    const tape = engine.state.activeTape!;
    const { outputs, saved } = tape.at(-1)!;
    if (!saved?.length) return;
    const isOutput = new Set(outputs);
    const isSaved = new Set(saved);
    // The copies were made just before.
    const recent = tape.splice(Math.max(0, tape.length - 1 - saved.length));
    const late = (node: TapeNode) => isSaved.has(node.outputs[0]!) && isOutput.has(node.inputs.x!);
    tape.push(...recent.filter(node => !late(node)), ...recent.filter(late));
  };
}

function keepThroughCustomGradients(engine: Engine): void {
  const customGrad = engine.customGrad.bind(engine);
  engine.customGrad = f => {
    const operation = customGrad(f);
    return (...inputs) => {
      const value = operation(...inputs);
      const tape = engine.state.activeTape ?? [];
      const { saved = [] } = tape.findLast(({ outputs }) => outputs.includes(value)) ?? {};
      const between = saved.flatMap((copy, index) => {
        const node = tape.find(({ outputs }) => outputs.includes(copy));
        const source = node?.inputs.x;
        return !source || source === value || inputs.includes(source) ? [] : [{ node, index }];
      });
      if (between.length === 0) return value;
      // The inputs may be disposed of before the derivative is asked for; what is saved lives as long as the tape.
      const kept = inputs.map(input => core.keep(core.clone(input)));
      saved.push(...kept);
      for (const { node, index } of between) {
        node.inputs = { ...inputs } as unknown as TensorMap;
        node.gradient = ([dy]) => derivativeOfSaved(engine, f, kept, index, dy!);
      }
      return value;
    };
  };
}

/** What flows from the tensor that `f` saves at `index` to each of its inputs. */
function derivativeOfSaved(
  engine: Engine,
  f: CustomFunction,
  inputs: Tensor[],
  index: number,
  dy: Tensor,
): Record<string, () => Tensor> {
  const forward = () => {
    let saved: Tensor[] = [];
    f(...inputs, tensors => {
      saved = tensors;
    });
    return saved[index]!;
  };
  // At the outermost level tfjs would forget the tape that it is just walking along.
  const { activeTape } = engine.state;
  const { grads } = engine.gradients(forward, inputs, dy, true);
  engine.state.activeTape = activeTape;
  return Object.fromEntries(inputs.map((input, i) => [i, () => grads[i] ?? core.zeros(input.shape)]));
}
