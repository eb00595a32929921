// @jupyterlab/services tells of each connection on standard output, where reports and JSON belong; these lines are dropped, others pass.
let installed = false;

export function quietServices(): void {
  if (installed) return;
  installed = true;
  const debug = console.debug.bind(console);
  console.debug = (...words: unknown[]) => {
    if (!/^(Starting WebSocket:|Kernel: |Connection lost|Reconnecting)/.test(String(words[0]))) debug(...words);
  };
}
