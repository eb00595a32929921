import { inspect } from "node:util";
import { device, jit, plot, tf } from "../../../lib";
import { DISPLAY, DISPLAY_METADATA, type MimeBundle } from "../../../lib/plot/types";
import { tensorOf } from "./gallery";

describe("a tensor in words", () => {
  it("says its shape, type, device, statistics and values", () => {
    expect(
      plot.tensorText(
        tensorOf([2, 3], i => i / 2),
        "ort",
      ),
    ).toBe(
      [
        "Tensor [2, 3] float32 on ort, 6 values",
        "min 0, max 2.5, mean 1.25, std 0.8539",
        "[[0.0, 0.5, 1.0],",
        " [1.5, 2.0, 2.5]]",
      ].join("\n"),
    );
  });
  it("leaves out the middle of what is long", () => {
    expect(
      plot
        .tensorText(tensorOf([100], i => i))
        .split("\n")
        .at(-1),
    ).toBe("[ 0,  1,  2, …, 97, 98, 99]");
  });
  it("has few lines where there are many dimensions", () => {
    const text = plot.tensorText(tensorOf([64, 28, 28, 1], i => i % 7));
    expect(text.split("\n").length).toBeLessThan(40);
    expect(text).toContain("…");
  });
  it("writes numbers of very different sizes one by one", () => {
    expect(plot.tensorText(tensorOf([3], i => [1.5e-7, 2.25, 3e9][i]!))).toContain("[1.5e-7,   2.25,    3e9]");
  });
  it("whose values cannot be read says why", () => {
    const unreadable = {
      ...tensorOf([3], i => i),
      dataSync: () => {
        throw new Error("not now");
      },
    };
    expect(plot.tensorText(unreadable)).toBe("Tensor [3] float32\n(its values cannot be read: not now)");
  });
  it("of a scalar is its value", () =>
    expect(plot.tensorText(tensorOf([], () => 3))).toBe("Tensor [] float32, scalar\n3"));
  it("counts what is not a number", () => {
    expect(plot.tensorText(tensorOf([3], i => (i === 1 ? Number.NaN : i)))).toContain("⚠ 1 NaN or infinite");
  });
  it("of a disposed tensor says so", () => {
    expect(plot.tensorText({ ...tensorOf([3], i => i), isDisposed: true })).toContain("disposed");
  });
  it("of booleans counts them", () =>
    expect(plot.tensorText(tensorOf([4], i => i % 2, "bool"))).toContain(
      "2 true, 2 false\n[false,  true, false,  true]",
    ));
});

describe("a tensor in a notebook", () => {
  it("shows a picture where its shape says so", async () => {
    const bundle = await plot.tensorDisplay(tensorOf([3, 16, 16, 1], i => (i % 256) / 255));
    expect(Object.keys(bundle)).toEqual([plot.PLOTLY_MIME, "image/png", "text/plain"]);
    expect(bundle["text/plain"]).toContain("Tensor [3, 16, 16, 1]");
  });
  it("shows a picture where a square holds a picture's values, not where it holds weights", async () => {
    for (const shape of [
      [28, 28],
      [5, 28, 28],
    ]) {
      expect(Object.keys(await plot.tensorDisplay(tensorOf(shape, i => (i % 9) / 8)))).toContain("image/png");
      expect(Object.keys(await plot.tensorDisplay(tensorOf(shape, i => (i % 9) / 8 - 0.5)))).toEqual(["text/plain"]);
    }
  });
  it("is text alone where it holds no picture", async () => {
    for (const shape of [[5], [3, 4], [2, 3, 4], [8, 8, 2], [2, 3, 3, 64]]) {
      expect(Object.keys(await plot.tensorDisplay(tensorOf(shape, i => i)))).toEqual(["text/plain"]);
    }
  });
  it("knows how to show itself once the class has been taught", async () => {
    class Tensor {
      shape = [2];
      dtype = "float32";
      size = 2;
      dataSync() {
        return Float32Array.from([1, 2]);
      }
    }
    plot.installTensorDisplay(Tensor, () => "cpu");
    const shown = await (new Tensor() as unknown as { [DISPLAY](): Promise<MimeBundle> })[DISPLAY]();
    expect(shown["text/plain"]).toContain("Tensor [2] float32 on cpu, 2 values");
  });
});

describe("a tensor of the library", () => {
  const shown = async (tensor: object) => {
    const own = tensor as { [DISPLAY](): Promise<MimeBundle>; [DISPLAY_METADATA](): Record<string, unknown> };
    return { bundle: await own[DISPLAY](), metadata: own[DISPLAY_METADATA]() };
  };
  it("shows itself with its device, and its picture at its true size", async () => {
    const { bundle, metadata } = await shown(tf.linspace(0, 1, 28 * 28).reshape([1, 28, 28, 1]));
    expect(bundle["text/plain"]).toContain(
      `Tensor [1, 28, 28, 1] float32 on ${device()}, 784 values\nmin 0, max 1, mean 0.5`,
    );
    const { layout } = bundle[plot.PLOTLY_MIME] as plot.FigureJson;
    expect(metadata).toEqual({ "image/png": { width: layout.width, height: layout.height } });
  });
  it("is told in console.log and inside of objects, variables as variables", () => {
    expect(inspect({ w: tf.variable(tf.tensor1d([1, 2])) })).toContain("Variable [2] float32 on cpu, 2 values");
  });
  it("inside a traced function says that it has no values yet", () => {
    let seen = "";
    const traced = jit((x: tf.Tensor) => {
      seen = inspect(x);
      return x;
    });
    traced(tf.ones([2]));
    expect(seen).toContain("its values cannot be read: jit: a traced function must not read");
  });
});
