/** Teaches tensors to show themselves in notebooks and in console.log: where `plot` and `tensor` meet. */
import { installTensorDisplay } from "./plot";
import { device, tf } from "./tensor";

// Our backend computes where `device()` says; another backend has a name and no choice.
installTensorDisplay(tf.Tensor, () => (tf.getBackend() === "ort" ? device() : tf.getBackend()));
