/** Ends the kernel when the server that started it has died without saying so; Jupyter names the server in the environment. */
export function watchParent(onGone: () => void): void {
  const server = Number(process.env.JPY_PARENT_PID);
  if (!server || process.platform === "win32") return;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid && isAlive(server)) return;
    clearInterval(timer);
    onGone();
  }, 1000);
  timer.unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // alive, but not ours
  }
}
