// Completion for zsh, with the descriptions of commands and options beside them.
import type { CommandShape, OptionShape, Values } from "./describe";

export function zshCompletion(shapes: CommandShape[]): string {
  const paths = shapes.filter(({ path }) => path !== "").map(({ path }) => `      "${path}") path_="$next" ;;`);
  const cases = shapes.map(shape => {
    const options = shape.options.flatMap(optionSpecs);
    const first =
      shape.subcommands.length > 0
        ? `'*:command:((${shape.subcommands.map(({ name, description }) => `${name}\\:${quote(description)}`).join(" ")}))'`
        : shape.values
          ? `'*: :${action(shape.values)}'`
          : "";
    return `    "${shape.path}") _arguments -s ${[...options, first].filter(Boolean).join(" \\\n      ")} ;;`;
  });
  return `#compdef ftt
# Completion of ftt for zsh. Made by: ftt completion zsh
_ftt() {
  local path_="" next i depth=0
  for ((i = 2; i < CURRENT; i++)); do
    next="\${path_:+$path_ }\${words[i]}"
    case "$next" in
${paths.join("\n")}
      *) continue ;;
    esac
    depth=$((i - 1))
  done
  # _arguments counts from the word that names the command.
  if ((depth > 0)); then
    words=("\${words[@]:$depth}")
    ((CURRENT -= depth))
  fi
  case "$path_" in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _ftt ]]; then _ftt "$@"; else compdef _ftt ftt; fi
`;
}

function optionSpecs({ flags, description, values }: OptionShape): string[] {
  const value = values === undefined ? "" : `: :${action(values)}`;
  return flags.map(flag => `'(${flags.join(" ")})${flag}[${bracket(description)}]${value}'`);
}

function action(values: Values): string {
  if (typeof values === "object") return `(${values.words.join(" ")})`;
  if (values === "notebooks") return '_files -g "*.ipynb"';
  if (values === "folders") return "_files -/";
  return values === "files" ? "_files" : " ";
}

/** Words between single quotes, inside of a list of _arguments. */
function quote(text: string): string {
  return `"${text
    .replace(/["\\`$]/g, "")
    .replace(/'/g, "'\\''")
    .replace(/:/g, "\\:")}"`;
}

function bracket(text: string): string {
  return text.replace(/[\][\\]/g, "\\$&").replace(/'/g, "'\\''");
}
