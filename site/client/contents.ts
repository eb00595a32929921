// Marks in the contents the section that is read: the last heading above the upper third of the window.
export function markReading(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("nav.contents a")];
  if (links.length === 0) return;
  const headings = links.map(link => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let marked: HTMLAnchorElement | undefined;
  const update = () => {
    const line = innerHeight / 3;
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const index = atEnd
      ? links.length - 1
      : headings.findLastIndex(heading => heading && heading.getBoundingClientRect().top < line);
    const link = links[Math.max(index, 0)];
    if (link === marked) return;
    marked?.removeAttribute("aria-current");
    link?.setAttribute("aria-current", "location");
    marked = link;
    const list = link?.closest("nav");
    if (link && list) {
      const offset = link.offsetTop - list.clientHeight / 2;
      list.scrollTo({ top: offset });
    }
  };
  let waiting = false;
  const ask = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      update();
    });
  };
  addEventListener("scroll", ask, { passive: true });
  addEventListener("resize", ask);
  update();
}
