/** Makes the `ort` backend, registers its kernels, and puts it in charge. Runs once, on import. */
import { core } from "../tfjs";
import "../lowering/all";
import { correctGradients } from "./gradient-corrections";
import { BACKEND_NAME, registerKernels } from "./kernels";
import { addGradients } from "./missing-gradients";
import { OrtBackend } from "./ort-backend";
import { keepSecondDerivatives } from "./second-derivatives";

export const backend = new OrtBackend();

// Priority 4: above webgl (2), wasm (2) and cpu (1), so that tf.ready() chooses it.
core.registerBackend(BACKEND_NAME, () => backend, 4);
registerKernels(backend);
correctGradients();
addGradients();
keepSecondDerivatives();
// Synchronous in effect, as the backend needs no asynchronous start.
void core.setBackend(BACKEND_NAME);
