/** Four small tables that every textbook uses: wine, breast cancer and digits from scikit-learn, penguins from palmerpenguins. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { SourcePackage } from "../../store/manifest";
import type { Recipe } from "../recipe";

const scikitLearn: SourcePackage = {
  registry: "pypi",
  package: "scikit-learn",
  version: "1.9.1",
  platform: "manylinux_2_28_x86_64",
  sha256: "e5d7b18a5b9dca241a74695f3275fa4c895a9dadc72b3d8df5fa9d1083c9b83e",
};

/** The names of the columns, which scikit-learn keeps in its code, sklearn/datasets/_base.py. */
const wineColumns =
  "alcohol,malic_acid,ash,alcalinity_of_ash,magnesium,total_phenols,flavanoids,nonflavanoid_phenols,proanthocyanins," +
  "color_intensity,hue,od280/od315_of_diluted_wines,proline,class";

const cellMeasures =
  "radius,texture,perimeter,area,smoothness,compactness,concavity,concave points,symmetry,fractal dimension".split(",");
const breastCancerColumns = [
  ...cellMeasures.map(measure => `mean ${measure}`),
  ...cellMeasures.map(measure => `${measure} error`),
  ...cellMeasures.map(measure => `worst ${measure}`),
  "class",
].join(",");

const digitsColumns = [...Array.from({ length: 64 }, (_, i) => `pixel_${Math.floor(i / 8)}_${i % 8}`), "class"].join(
  ",",
);

/** scikit-learn's first line says how many rows and columns there are, and names the classes; a header of names replaces it. */
function withHeader(csv: string, header: string): string {
  return `${header}\n${csv.slice(csv.indexOf("\n") + 1).trimEnd()}\n`;
}

async function readScikitTable(folder: string, file: string): Promise<string> {
  const bytes = await readFile(join(folder, "sklearn/datasets/data", file));
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").replaceAll("\r\n", "\n");
}

export const wine: Recipe = {
  name: "wine",
  title: "Wine: 178 wines of three cultivars by 13 chemical measures",
  sources: [scikitLearn],
  licence: "CC-BY-4.0",
  attribution: "Aeberhard and Forina, Wine, UCI Machine Learning Repository, 1992, https://doi.org/10.24432/C5PC7J.",
  changes: "a header with the names of the columns in place of scikit-learn's line of counts",
  async build({ source, write }) {
    await write(
      "wine.csv",
      withHeader(await readScikitTable(await source(0), "wine_data.csv"), wineColumns),
      "identity",
    );
  },
};

export const breastCancer: Recipe = {
  name: "breast-cancer",
  title: "Breast cancer Wisconsin (diagnostic): 569 tumours, malignant or benign, by 30 measures of their cells",
  sources: [scikitLearn],
  licence: "CC-BY-4.0",
  attribution:
    "Wolberg, Mangasarian, Street and Street, Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository, 1993, " +
    "https://doi.org/10.24432/C5DW2B.",
  changes: "a header with the names of the columns in place of scikit-learn's line of counts",
  async build({ source, write }) {
    const csv = await readScikitTable(await source(0), "breast_cancer.csv");
    await write("breast-cancer.csv", withHeader(csv, breastCancerColumns), "br");
  },
};

export const digits: Recipe = {
  name: "digits",
  title: "Digits: 1,797 handwritten digits, 8x8, 17 greys",
  sources: [scikitLearn],
  licence: "CC-BY-4.0",
  attribution:
    "Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998, " +
    "https://doi.org/10.24432/C50P49.",
  changes: "scikit-learn's copy of the test set; a header with the names of the columns; gzip replaced by Brotli",
  async build({ source, write }) {
    const csv = (await readScikitTable(await source(0), "digits.csv.gz")).trimEnd();
    await write("digits.csv", `${digitsColumns}\n${csv}\n`, "br");
  },
};

export const penguins: Recipe = {
  name: "penguins",
  title: "Palmer penguins: 344 penguins of three species",
  sources: [
    {
      registry: "pypi",
      package: "palmerpenguins",
      version: "0.1.6",
      sha256: "5c3be9af84dd703a25f1aaeadeac6ac770cfd38c1620d00089f581c023129ee0",
    },
  ],
  licence: "CC0-1.0",
  attribution:
    "Collected by Dr. Kristen Gorman and the Palmer Station, Antarctica LTER. Gorman, Williams and Fraser, Ecological sexual " +
    "dimorphism and environmental variability within a community of Antarctic penguins, PLoS ONE 9(3), 2014; Horst, Hill and " +
    "Gorman, palmerpenguins, 2020, https://doi.org/10.5281/zenodo.3960218.",
  changes: "none",
  async build({ source, write }) {
    await write("penguins.csv", await readFile(join(await source(0), "palmerpenguins/data/penguins.csv")), "identity");
  },
};
