// A button on each block of code that copies it. A page on disk is no secure context in every browser, so there is the old way as well.
export function addCopyButtons(): void {
  for (const block of document.querySelectorAll<HTMLElement>(".highlight")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      const done = await copy(block.querySelector("pre")?.textContent?.replace(/\n$/, "") ?? "");
      button.textContent = done ? "Copied" : "Select and press Ctrl-C";
      setTimeout(() => {
        button.textContent = "Copy";
      }, 1600);
    });
    block.append(button);
  }
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.cssText = "position:fixed;opacity:0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
