// @jupyterlab/services tells of each connection on the console, where reports and JSON belong; these lines are dropped, others pass. A
// connection that is lost is noticed by the harness and told in its own words.
const theirs = /^(Starting WebSocket:|Kernel: |Connection lost)/;

let installed = false;

export function quietServices(): void {
  if (installed) return;
  installed = true;
  for (const name of ["debug", "warn"] as const) {
    const original = console[name].bind(console);
    console[name] = (...words: unknown[]) => {
      if (!theirs.test(String(words[0]))) original(...words);
    };
  }
}
