// A JupyterLab extension without a build: this file is the module container that JupyterLab's loader asks for (module federation's `init`
// and `get`), written by hand because it needs nothing of JupyterLab.
//
// Plotly's renderer first shows the PNG of a saved figure, at the PNG's own size, and draws the figure when the mouse enters the picture. Our
// PNGs have two pixels for each of the screen's, so they would stand there twice as large and cut off at the right. Here they are shown
// at their true size, and are asked to become figures as soon as they are in view.
(() => {
  const STYLE = `.jp-RenderedPlotly { overflow-x: auto; } .jp-RenderedPlotly .plot-img { max-width: 100%; height: auto; }`;
  const PIXELS_PER_POINT = 2; // of the PNGs that lib/plot makes
  const WAIT_MS = 300; // a figure that is only scrolled past is not drawn

  function activate() {
    const style = document.createElement("style");
    style.textContent = STYLE;
    document.head.append(style);

    const waiting = new Map();
    const inView = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(waiting.get(target));
        waiting.delete(target);
        if (isIntersecting)
          waiting.set(
            target,
            setTimeout(() => wake(target), WAIT_MS),
          );
      }
    });
    const wake = image => {
      inView.unobserve(image);
      waiting.delete(image);
      image.dispatchEvent(new MouseEvent("mouseenter"));
    };
    const meet = image => {
      if (image.dataset.fttMet) return;
      image.dataset.fttMet = "yes";
      const size = () => {
        image.style.width = `${image.naturalWidth / PIXELS_PER_POINT}px`;
      };
      if (image.complete && image.naturalWidth) size();
      image.addEventListener("load", size);
      inView.observe(image);
    };
    const search = root => {
      for (const image of root.querySelectorAll?.(".jp-RenderedPlotly .plot-img") ?? []) meet(image);
      if (root.matches?.(".jp-RenderedPlotly .plot-img")) meet(root);
    };
    new MutationObserver(changes => {
      for (const { addedNodes } of changes) for (const node of addedNodes) search(node);
    }).observe(document.body, { childList: true, subtree: true });
    search(document.body);
  }

  const plugin = { id: "from-the-tensor-figures:plugin", autoStart: true, activate };
  globalThis._JUPYTERLAB ??= {};
  globalThis._JUPYTERLAB["from-the-tensor-figures"] = {
    init() {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
})();
