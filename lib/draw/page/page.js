// The page: a sheet to draw on, and a network that reads it after every stroke, in the browser.
import { centred } from "/centre.js";
import * as ort from "/ort.wasm.bundle.min.mjs";

const byId = id => document.getElementById(id);
const [paper, seen, status, answer] = ["paper", "seen", "status", "answer"].map(byId);
const pen = paper.getContext("2d", { willReadFrequently: true });
const PEN = 20; // of 280 pixels: two of the 28 that the network sees, as thick as MNIST's strokes

const bars = Array.from({ length: 10 }, (_, digit) => {
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.innerHTML = `<span>${digit}</span><div><i></i></div><span></span>`;
  byId("bars").append(bar);
  return bar;
});

ort.env.wasm.wasmPaths = { wasm: new URL("/ort-wasm-simd-threaded.wasm", location.href).href };
ort.env.wasm.numThreads = 1; // more would need a page that is isolated from others

function clear() {
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, paper.width, paper.height);
  seen.getContext("2d").clearRect(0, 0, seen.width, seen.height);
  show(undefined);
}

function show(probabilities) {
  const best = probabilities ? probabilities.indexOf(Math.max(...probabilities)) : -1;
  answer.textContent = best < 0 ? "" : String(best);
  for (const [digit, bar] of bars.entries()) {
    const share = probabilities?.[digit] ?? 0;
    bar.classList.toggle("best", digit === best);
    bar.querySelector("i").style.width = `${100 * share}%`;
    bar.lastChild.textContent = probabilities ? `${(100 * share).toFixed(1)} %` : "";
  }
}

async function read(session) {
  const drawing = centred(paper);
  if (!drawing) return;
  seen.getContext("2d").drawImage(drawing.canvas, 0, 0);
  const input = new ort.Tensor("float32", drawing.pixels, [1, 28, 28, 1]);
  const results = await session.run({ [session.inputNames[0]]: input });
  show(Array.from(results[session.outputNames[0]].data));
}

function drawWith(session) {
  let last;
  const place = ({ clientX, clientY }) => {
    const { left, top } = paper.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  paper.addEventListener("pointerdown", event => {
    paper.setPointerCapture(event.pointerId);
    last = place(event);
  });
  paper.addEventListener("pointermove", event => {
    if (!last) return;
    const now = place(event);
    Object.assign(pen, { strokeStyle: "#fff", lineWidth: PEN, lineCap: "round" });
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...now);
    pen.stroke();
    last = now;
  });
  paper.addEventListener("pointerup", () => {
    last = undefined;
    read(session).catch(fail);
  });
}

function fail(error) {
  status.textContent = `The network did not run: ${error.message}`;
  throw error;
}

clear();
byId("clear").addEventListener("click", clear);
ort.InferenceSession.create("/model.onnx", { executionProviders: ["wasm"] }).then(session => {
  drawWith(session);
  status.textContent = "The network runs in this page. Nothing you draw leaves it.";
}, fail);
