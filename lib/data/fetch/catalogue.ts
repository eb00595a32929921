/**
 * What can be downloaded by name: larger than a checkout should carry, or not ours to pass on. No chapter depends on any of it.
 *
 * Lengths and checksums are those that the datasets' users publish (TensorFlow Datasets, OpenAI, model cards), so that a file that
 * changed at its source is refused rather than trained on.
 */

export interface Download {
  /** What it is, for people. */
  readonly title: string;
  readonly url: string;
  /** Name of the file in the cache. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string;
}

export const catalogue = {
  "tiny-shakespeare": {
    title: "Tiny Shakespeare: 1.1 million characters of plays",
    url: "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
    file: "tiny-shakespeare.txt",
    bytes: 1_115_394,
    sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    licence: "public domain",
  },
  "cifar-10": {
    title: "CIFAR-10: 60,000 pictures of animals and vehicles, 32x32, colour",
    url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    file: "cifar-10-binary.tar.gz",
    bytes: 170_052_171,
    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    licence: "none stated; Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
  },
  imdb: {
    title: "Large Movie Review Dataset: 50,000 reviews, praising or not",
    url: "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
    file: "aclImdb_v1.tar.gz",
    bytes: 84_125_825,
    sha256: "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
    licence: "none stated; Maas and others, Learning Word Vectors for Sentiment Analysis, 2011",
  },
  "clip-vocabulary": {
    title: "CLIP's byte-pair merges, the whole file (the checkout has the part that CLIP reads)",
    url: "https://raw.githubusercontent.com/openai/CLIP/main/clip/bpe_simple_vocab_16e6.txt.gz",
    file: "bpe_simple_vocab_16e6.txt.gz",
    bytes: 1_356_917,
    sha256: "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a",
    licence: "MIT",
  },
  "stable-diffusion-1.5": {
    title: "Stable Diffusion 1.5, all weights in one safetensors file",
    url: "https://huggingface.co/stable-diffusion-v1-5/stable-diffusion-v1-5/resolve/main/v1-5-pruned-emaonly.safetensors",
    file: "v1-5-pruned-emaonly.safetensors",
    bytes: 4_265_146_304,
    sha256: "6ce0161689b3853acaa03779ec93eafe75a02f4ced659bee03f50797806fa2fa",
    licence: "CreativeML Open RAIL-M",
  },
} as const satisfies Record<string, Download>;

export type DownloadName = keyof typeof catalogue;
