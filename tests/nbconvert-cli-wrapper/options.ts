// nbconvert's options as types, and their translation to flags. Anything that has no name of its own here goes through `traits`, the
// `--Class.trait=value` form that every Jupyter program understands.
import { NbconvertOptionError } from "./errors";

export type Format =
  | "asciidoc"
  | "html"
  | "latex"
  | "markdown"
  | "notebook"
  | "pdf"
  | "python"
  | "rst"
  | "script"
  | "slides"
  | "webpdf";

export type TraitValue = string | number | boolean | string[];

export interface NbconvertOptions {
  to: Format;
  /** Name of the output without folder; allowed for a single notebook only. */
  output?: string;
  outputDir?: string;
  /** "lab", "classic", "basic", or a template folder's name. */
  template?: string;
  /** JupyterLab theme of the HTML: "light" or "dark" or an installed theme. */
  theme?: string;
  /** Runs the notebook before it is converted. */
  execute?: boolean;
  /** With `execute`: an error in a cell does not stop the conversion. */
  allowErrors?: boolean;
  /** With `execute`: the kernel to use in place of the notebook's own. */
  kernelName?: string;
  /** With `execute`: seconds that a cell may take; `null` for no limit. */
  timeout?: number | null;
  clearOutput?: boolean;
  /** Leaves the code out and keeps the outputs. */
  noInput?: boolean;
  /** Leaves out `In [1]:` and `Out[1]:`. */
  noPrompt?: boolean;
  /** Puts images into the file itself. */
  embedImages?: boolean;
  /** Cells with one of these tags are left out. */
  removeCellTags?: string[];
  /** Of cells with one of these tags the code is left out. */
  removeInputTags?: string[];
  /** A configuration file (`--config`). */
  config?: string;
  traits?: Record<string, TraitValue>;
}

/** The command line for these options, without the program's name. */
export function toFlags(notebooks: string[], options: NbconvertOptions): string[] {
  if (notebooks.length === 0) throw new NbconvertOptionError("nbconvert: expected at least one notebook, got none");
  if (options.output !== undefined && notebooks.length > 1) {
    throw new NbconvertOptionError(
      `nbconvert: \`output\` names one file, got ${notebooks.length} notebooks; use \`outputDir\``,
    );
  }
  if (options.allowErrors && !options.execute) {
    throw new NbconvertOptionError("nbconvert: `allowErrors` has a meaning only with `execute`; set `execute: true`");
  }
  const flags = ["--to", options.to];
  const flag = (when: boolean | undefined, ...words: string[]) => when && flags.push(...words);
  const value = (name: string, given: string | undefined) => given !== undefined && flags.push(`--${name}=${given}`);
  value("output", options.output);
  value("output-dir", options.outputDir);
  value("template", options.template);
  value("theme", options.theme);
  value("config", options.config);
  flag(options.execute, "--execute");
  flag(options.allowErrors, "--allow-errors");
  flag(options.clearOutput, "--clear-output");
  flag(options.noInput, "--no-input");
  flag(options.noPrompt, "--no-prompt");
  flag(options.embedImages, "--embed-images");
  const traits: Record<string, TraitValue> = { ...options.traits };
  if (options.kernelName !== undefined) traits["ExecutePreprocessor.kernel_name"] = options.kernelName;
  // nbconvert's own word for "no limit" is -1.
  if (options.timeout !== undefined) traits["ExecutePreprocessor.timeout"] = options.timeout ?? -1;
  const remove = {
    ...pick("remove_cell_tags", options.removeCellTags),
    ...pick("remove_input_tags", options.removeInputTags),
  };
  if (Object.keys(remove).length > 0) traits["TagRemovePreprocessor.enabled"] = true;
  for (const [name, given] of Object.entries({ ...traits, ...remove })) flags.push(...traitFlags(name, given));
  // A file name that begins with a dash must not be read as an option.
  return [...flags, ...notebooks.map(path => (path.startsWith("-") ? `./${path}` : path))];
}

function pick(trait: string, tags: string[] | undefined): Record<string, string[]> {
  return tags?.length ? { [`TagRemovePreprocessor.${trait}`]: tags } : {};
}

function traitFlags(name: string, value: TraitValue): string[] {
  if (!/^\w+(\.\w+)+$/.test(name)) {
    throw new NbconvertOptionError(`nbconvert: expected a trait such as "HTMLExporter.theme", got "${name}"`);
  }
  // A list is given by repeating the flag; a single one must still be read as a list, which traitlets does for list traits.
  if (Array.isArray(value)) return value.map(item => `--${name}=${item}`);
  return [`--${name}=${typeof value === "boolean" ? (value ? "True" : "False") : value}`];
}
