// Chapter 4's network, made by the chapter's own cells, with its schedule; without augmentation.
import { classifier } from "../../lib/course/04-cnn";
import { adamW, cosine, type tf, warmUp } from "../../lib/tensor";
import { digitReader, type Network } from "./digits";

function convolutional(seed: number): Network {
  const { whole } = classifier(seed);
  return {
    variables: whole.trained,
    shape: [28, 28, 1],
    scores: (x, training) => whole.forward(x, training) as tf.Tensor2D,
  };
}

export const chapter = digitReader([98, 99], {
  make: convolutional,
  epochs: 3,
  size: 128,
  optimizer: (variables, steps) => {
    const rising = Math.round(0.2 * steps);
    const learningRate = warmUp(cosine(1e-2, { steps: steps - rising }), rising);
    return adamW(variables, { learningRate, weightDecay: 0.05 });
  },
});
