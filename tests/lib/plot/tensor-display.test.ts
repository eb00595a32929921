import * as plot from "../../../lib/plot";
import { DISPLAY, type MimeBundle } from "../../../lib/plot/types";
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
        "[[  0, 0.5,   1],",
        " [1.5,   2, 2.5]]",
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
