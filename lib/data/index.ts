export { loadCheckpoint, loadTensors, saveCheckpoint, type TensorTree } from "./checkpoint";
export * from "./errors";
export { catalogue, type Download, type DownloadName } from "./fetch/catalogue";
export { type FetchOptions, fetchFile as fetch } from "./fetch/fetch";
export { type Column, type CsvOptions, formatCsv, parseCsv, Table } from "./formats/csv";
export { formatIdx, type IdxArray, type IdxValues, parseIdx } from "./formats/idx";
export {
  type DecodeOptions,
  decodeImage,
  encodeJpeg,
  encodePng,
  type Pixels,
  pixelsToTensor,
  tensorToPixels,
} from "./formats/image";
export { formatNpy, type NpyArray, type NpyValues, parseNpy } from "./formats/npy";
export { formatNpz, parseNpz } from "./formats/npz";
export { parseTar, parseTarGz, type TarEntry } from "./formats/tar";
export { parseZip, type ZipEntry } from "./formats/zip";
export { type Augmentation, augment, cutout, flip, mixup, rotate, shift } from "./pipeline/augment";
export { Batches, type BatchOptions, batches, type Epoch } from "./pipeline/batches";
export { countFollowers, type Followers } from "./pipeline/counts";
export { ImageBatch, type ImageShape } from "./pipeline/image-batch";
export { collect, mapEpoch, prefetch, takeEpoch } from "./pipeline/iterate";
export { Random } from "./pipeline/random";
export {
  type Packed,
  type Padded,
  type PadOptions,
  pack,
  pad,
  streams,
  type Tokens,
  type WindowBatch,
  type WindowSource,
  windows,
} from "./pipeline/sequences";
export { listSource, mapSource, type Source, select } from "./pipeline/source";
export { type SplitOptions, splitRows } from "./pipeline/split";
export {
  readSafetensors,
  type SafetensorsContent,
  type SafetensorsType,
  type StoredTensor,
  writeSafetensors,
} from "./safetensors";
export { cifar10, imdb, type Review, tinyShakespeare } from "./sets/downloads";
export {
  EmojiArt,
  type EmojiBatch,
  type EmojiObject,
  type EmojiStyle,
  emoji,
  emojiStyles,
} from "./sets/emoji";
export { type FeatureBatch, FeatureTable } from "./sets/feature-table";
export { ImageSplit, type ImageTensors, type TensorOptions } from "./sets/image-split";
export { fashionMnist, type ImageDataset, mnist } from "./sets/mnist";
export { type PhotographName, photograph, photographNames } from "./sets/photographs";
export { breastCancer, digits, penguins, wine } from "./sets/tables";
export {
  type Chapter,
  type CharacterSplit,
  type FirstNames,
  firstNames,
  type Mail,
  type MailCorpus,
  mobyDick,
  mobyDickCharacters,
  type Novel,
  spam,
} from "./sets/texts";
export { type BytePairSettings, BytePairTokenizer } from "./tokenizers/byte-pairs";
export { CharacterTokenizer } from "./tokenizers/characters";
export { ClipTokenizer, clipTokenizer, gpt2Tokenizer } from "./tokenizers/pretrained";
export type { Tokenizer } from "./tokenizers/tokenizer";
export { gpt2Pattern, trainMerges } from "./tokenizers/train";
export { splitWords, unknownWord, WordTokenizer, type WordVocabularyOptions } from "./tokenizers/words";
