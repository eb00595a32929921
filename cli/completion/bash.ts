// Completion for bash 3.2 and newer, without the bash-completion package.
import type { CommandShape, Values } from "./describe";

export function bashCompletion(shapes: CommandShape[]): string {
  const paths = shapes.filter(({ path }) => path !== "").map(({ path }) => `      "${path}") path="$next" ;;`);
  const cases = shapes.map(shape => {
    const valued = shape.options.filter(({ values }) => values !== undefined);
    const after = valued.map(({ flags, values }) => `        ${flags.join("|")}) ${reply(values!)}; return ;;`);
    const words = [...shape.subcommands.map(({ name }) => name)].join(" ");
    const flags = shape.options.flatMap(option => option.flags).join(" ");
    return [
      `    "${shape.path}")`,
      ...(after.length > 0 ? [`      case "$previous" in`, ...after, "      esac"] : []),
      `      if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$current"))`,
      words
        ? `      else COMPREPLY=($(compgen -W "${words}" -- "$current"))`
        : `      else ${shape.values ? reply(shape.values) : ":"}`,
      "      fi ;;",
    ].join("\n");
  });
  return `# Completion of ftt for bash. Made by: ftt completion bash
_ftt_notebooks() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -X '!*.ipynb' -- "$1") $(compgen -d -S / -- "$1"))
  compopt -o nospace -o filenames 2>/dev/null
}
_ftt() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path="" next i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
${paths.join("\n")}
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
}
complete -F _ftt ftt
`;
}

function reply(values: Values): string {
  if (typeof values === "object") return `COMPREPLY=($(compgen -W "${values.words.join(" ")}" -- "$current"))`;
  if (values === "notebooks") return '_ftt_notebooks "$current"';
  if (values === "folders") return 'COMPREPLY=($(compgen -d -- "$current")); compopt -o filenames 2>/dev/null';
  if (values === "files") return 'COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null';
  return ":";
}
