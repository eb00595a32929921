/** The page of kernels says what the code does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import "../../../../lib/tensor";
import { kernelRows, kernelTable, reasonsWithoutNeed } from "../../../../lib/tensor/lowering/kernel-table";
import { core } from "../../../../lib/tensor/tfjs";

describe("the table of kernels", () => {
  test("KERNELS.md is up to date", () => {
    expect(readFileSync(join(__dirname, "../../../../lib/tensor/KERNELS.md"), "utf8")).toBe(kernelTable());
  });

  test("every kernel that is not lowered says why, and no lowered one does", () => {
    expect(
      kernelRows()
        .filter(r => r.state !== "lowered" && !r.note)
        .map(r => r.kernel),
    ).toEqual([]);
    expect(reasonsWithoutNeed()).toEqual([]);
  });

  test("every kernel with a gradient is lowered, but for complex numbers", () => {
    const missing = kernelRows()
      .filter(r => r.gradient && r.state !== "lowered")
      .map(r => r.kernel);
    expect(missing).toEqual(["ComplexAbs"]);
    expect(core.getGradient("Conv2D")).toBeDefined();
  });
});
