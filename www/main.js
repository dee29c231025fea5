// Starts the page: the module is compiled once, for the page and for its worker.

const state = document.body.dataset;

/** Shows a sentence in place of a race. */
function fail(sentence) {
  document.getElementById("failure").textContent = sentence;
  state.state = "failed";
  document.querySelector("main").inert = true;
}

async function compile() {
  if (typeof WebAssembly === "undefined") {
    throw new Error("this browser has no WebAssembly, or it is switched off");
  }
  const response = await fetch(new URL("gradprix_bg.wasm", import.meta.url));
  if (!response.ok) {
    throw new Error(`the server answered ${response.status} for gradprix_bg.wasm`);
  }
  // Some static hosts do not know the type, and a stream of another one is refused.
  const streams = response.headers.get("content-type") === "application/wasm";
  const compiled = streams ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then(WebAssembly.compile);
  return compiled.catch((error) => {
    throw error instanceof WebAssembly.CompileError
      ? new Error(`this browser cannot run WebAssembly with SIMD, as browsers since 2023 do: ${error.message}`)
      : error;
  });
}

try {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("error", (event) => {
    fail(`The race stopped: its worker failed (${event.message ?? "worker.js could not be loaded"}). Reload the page to start again.`);
  });
  const [module, { default: init, start_page }] = await Promise.all([compile(), import("./gradprix.js")]);
  worker.postMessage({ module });
  await init({ module_or_path: module });
  start_page(worker);
} catch (error) {
  fail(`The race cannot start: ${error.message}. Reload the page, or try another browser.`);
}
