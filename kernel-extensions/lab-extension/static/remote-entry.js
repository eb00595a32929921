// A JupyterLab extension without a build: this file is the module container that JupyterLab's loader asks for (module federation's `init`
// and `get`), written by hand because all it needs of JupyterLab is one token.
//
// Plotly's renderer first shows the PNG of a saved figure, at the PNG's own size, and draws the figure when the mouse enters the picture. Our
// PNGs have two pixels for each of the screen's, so they would stand there twice as large and cut off at the right. Here they are shown
// at their true size, and are asked to become figures as soon as they are in view.
//
// The renderer also keeps the first figure that it has drawn: an update of its output is ignored, and curves that should grow while a network
// trains stand still. Here an update is drawn into the same figure.
(() => {
  const PLOTLY = "application/vnd.plotly.v1+json";
  const STYLE = `.jp-RenderedPlotly { overflow-x: auto; } .jp-RenderedPlotly .plot-img { max-width: 100%; height: auto; }`;
  const PIXELS_PER_POINT = 2; // of the PNGs that lib/plot makes
  const WAIT_MS = 300; // a figure that is only scrolled past is not drawn

  function followUpdates(renderer) {
    const render = renderer.renderModel.bind(renderer);
    let drawn;
    renderer.renderModel = model => {
      const { data, layout } = model.data[PLOTLY] ?? {};
      const now = JSON.stringify([data, layout]);
      // The renderer itself updates its output, with a PNG of what it drew: then the figure is the same.
      const changed = data && now !== drawn && renderer.hasGraphElement?.();
      drawn = now;
      if (!changed) return render(model);
      renderer._model = model;
      return renderer.createGraph(model);
    };
    return renderer;
  }

  function activate(_app, rendermime) {
    // Notebooks render with clones of the registry, so that its class is the one place to do this.
    const registry = Object.getPrototypeOf(rendermime);
    const create = registry.createRenderer;
    registry.createRenderer = function (mimeType) {
      const renderer = create.call(this, mimeType);
      return mimeType === PLOTLY ? followUpdates(renderer) : renderer;
    };

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

  let shared;
  globalThis._JUPYTERLAB ??= {};
  globalThis._JUPYTERLAB["from-the-tensor-figures"] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const [version] = Object.values(shared["@jupyterlab/rendermime"]);
      const { IRenderMimeRegistry } = (await version.get())();
      const plugin = {
        id: "from-the-tensor-figures:plugin",
        autoStart: true,
        requires: [IRenderMimeRegistry],
        activate,
      };
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
