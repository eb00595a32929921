/** Small tables for first experiments: wine, breast cancer, 8x8 digits (all numbers, with classes) and penguins (mixed, with gaps). */
import { parseCsv, type Table } from "../formats/csv";
import { type ReadOptions, readDataset } from "../store/read";
import { FeatureTable } from "./feature-table";

async function readFeatures(
  name: string,
  file: string,
  classNames: readonly string[],
  options: ReadOptions,
): Promise<FeatureTable> {
  const [bytes] = await readDataset(name, [file], options);
  const table = parseCsv(bytes!);
  const featureNames = table.names.filter(column => column !== "class");
  return new FeatureTable(
    table.matrix(featureNames),
    Int32Array.from(table.numbers("class")),
    featureNames,
    classNames,
  );
}

/** 178 wines of three cultivars by 13 chemical measures. @example const { features, labels } = await data.wine(); */
export function wine(options: ReadOptions = {}): Promise<FeatureTable> {
  return readFeatures("wine", "wine.csv", ["cultivar 0", "cultivar 1", "cultivar 2"], options);
}

/** 569 tumours, malignant (0) or benign (1), by 30 measures of their cells' nuclei. */
export function breastCancer(options: ReadOptions = {}): Promise<FeatureTable> {
  return readFeatures("breast-cancer", "breast-cancer.csv.br", ["malignant", "benign"], options);
}

/** 1,797 handwritten digits as 64 pixels each, 8x8, row-major, whole numbers from 0 to 16. */
export function digits(options: ReadOptions = {}): Promise<FeatureTable> {
  return readFeatures("digits", "digits.csv.br", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], options);
}

/** 344 penguins by species, island, bill, flipper, mass, sex and year; some values are missing. */
export async function penguins(options: ReadOptions = {}): Promise<Table> {
  const [bytes] = await readDataset("penguins", ["penguins.csv"], options);
  return parseCsv(bytes!);
}
