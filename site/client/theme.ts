// Light or dark: the system's preference, until the reader presses the switch; that choice is remembered. Choosing what the system prefers
// anyway means to follow it again.
export type Theme = "light" | "dark";

const KEY = "ftt-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners: ((theme: Theme) => void)[] = [];

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : system.matches ? "dark" : "light";
}

export function onTheme(listener: (theme: Theme) => void): void {
  listeners.push(listener);
}

export function themeSwitch(): void {
  const button = document.querySelector<HTMLButtonElement>("button.theme");
  if (!button) return;
  const tell = () => {
    const theme = currentTheme();
    button.setAttribute("aria-pressed", String(theme === "dark"));
    for (const listener of listeners) listener(theme);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme: Theme = currentTheme() === "dark" ? "light" : "dark";
    const asSystem = (theme === "dark") === system.matches;
    if (asSystem) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (asSystem) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Storage may be forbidden; then the choice holds for this page.
    }
    tell();
  });
  system.addEventListener("change", tell);
  // Chosen on another page, which may be the one that the reader just came from: storage is shared between processes, and may be late.
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== KEY) return;
    if (newValue) document.documentElement.dataset.theme = newValue;
    else delete document.documentElement.dataset.theme;
    tell();
  });
  tell();
}
