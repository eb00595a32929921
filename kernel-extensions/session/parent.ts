/** Ends the kernel when the server that started it has died without saying so; Jupyter names the server in the environment. */
export function watchParent(onGone: () => void): void {
  if (!process.env.JPY_PARENT_PID || process.platform === "win32") return;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    onGone();
  }, 1000);
  timer.unref();
}
