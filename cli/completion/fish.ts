// Completion for fish 3 and newer.
import type { CommandShape, Values } from "./describe";

export function fishCompletion(shapes: CommandShape[]): string {
  const paths = shapes.filter(({ path }) => path !== "").map(({ path }) => `'${path}'`);
  const lines = shapes.flatMap(({ path, subcommands, options, values }) => {
    const here = `complete -c ftt -n "__ftt_at '${path}'"`;
    return [
      ...subcommands.map(({ name, description }) => `${here} -a ${name} -d ${quote(description)}`),
      ...options.map(({ flags, description, values: value }) => {
        const names = flags
          .map(flag => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
          .join(" ");
        return `${here} ${names} -d ${quote(description)}${value === undefined ? "" : ` ${argument(value)}`}`;
      }),
      ...(subcommands.length === 0 && values ? [`${here} ${positional(values)}`] : []),
    ];
  });
  return `# Completion of ftt for fish. Made by: ftt completion fish
function __ftt_at
    set -l path
    for word in (commandline -opc)[2..-1]
        set -l next (string join -- ' ' $path $word)
        if contains -- $next ${paths.join(" ")}
            set path $path $word
        end
    end
    test "$path" = "$argv[1]"
end
complete -c ftt -f
${lines.join("\n")}
`;
}

function argument(values: Values): string {
  if (typeof values === "object") return `-xa ${quote(values.words.join(" "))}`;
  if (values === "notebooks") return '-xa "(__fish_complete_suffix .ipynb)"';
  if (values === "folders") return '-xa "(__fish_complete_directories)"';
  return values === "files" ? "-rF" : "-x";
}

function positional(values: Values): string {
  if (typeof values === "object") return `-a ${quote(values.words.join(" "))}`;
  if (values === "notebooks") return '-a "(__fish_complete_suffix .ipynb)"';
  if (values === "folders") return '-a "(__fish_complete_directories)"';
  return values === "files" ? "-F" : "-f";
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
