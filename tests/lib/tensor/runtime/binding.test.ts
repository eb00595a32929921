/** Runs into buffers of ours: the numbers arrive, errors are reported, and onnxruntime-node's public interface works beside it. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { jit, tf } from "../../../../lib/tensor";
import { finish } from "../../../../lib/tensor/graph/finish";
import { Graph } from "../../../../lib/tensor/graph/graph";
import { encodeModel } from "../../../../lib/tensor/onnx/model";
import { nativeTensor, readyFor, Session } from "../../../../lib/tensor/runtime/session";

const N = 1 << 16; // 256 KiB a tensor: above the size from which outputs are not copied

function doubling() {
  const g = new Graph();
  const x = g.input([N], "float32");
  const done = finish(g, [g.op("Add", [x, x], {}, [N], "float32")], []);
  return { x, done, y: done.outputs[0]! };
}

test("large results are written into the buffers given, and only there", () => {
  const { x, done, y } = doubling();
  const session = new Session(encodeModel(done, readyFor(done.outputs)), { device: "cpu", threads: 1, spin: false });
  try {
    expect(session.outputNames).toHaveLength(2);
    const out = new Float32Array(N);
    const feeds = {
      [x.name]: nativeTensor(
        Float32Array.from({ length: N }, (_, i) => i),
        [N],
        "float32",
      ),
    };
    session.runInto(feeds, { [y.name]: nativeTensor(out, [N], "float32") });
    expect(out[0]).toBe(0);
    expect(out[N - 1]).toBe(2 * (N - 1));
  } finally {
    session.dispose();
  }
});

test("a run that fails is an error, not a run that is over", () => {
  const { x, done, y } = doubling();
  const session = new Session(encodeModel(done, readyFor(done.outputs)), { device: "cpu", threads: 1, spin: false });
  try {
    const short = { [x.name]: nativeTensor(new Float32Array(3), [3], "float32") };
    const into = { [y.name]: nativeTensor(new Float32Array(N), [N], "float32") };
    expect(() => session.runInto(short, into)).toThrow(expect.objectContaining({ code: "FTT_SESSION" }));
  } finally {
    session.dispose();
  }
});

test("the public interface of onnxruntime-node still returns its own tensors", async () => {
  jit((a: tf.Tensor) => tf.add(a, 1))(tf.ones([N]));
  const { x, done, y } = doubling();
  const session = await InferenceSession.create(encodeModel(done));
  try {
    const result = await session.run({ [x.name]: new Tensor("float32", new Float32Array(N).fill(3), [N]) });
    expect(result[y.name]).toBeInstanceOf(Tensor);
    expect((result[y.name]!.data as Float32Array)[N - 1]).toBe(6);
  } finally {
    await session.release();
  }
});
