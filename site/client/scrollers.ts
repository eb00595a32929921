// What is wider than its place scrolls; a reader without a mouse must be able to reach it, and nobody should tab through what does not scroll.
export function reachScrollers(): void {
  const boxes = document.querySelectorAll<HTMLElement>("pre, .scroll, .katex-display, figure.plot .frame");
  const update = (box: HTMLElement) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver(entries => {
    for (const { target } of entries) update(target as HTMLElement);
  });
  for (const box of boxes) {
    update(box);
    observer.observe(box);
  }
}
