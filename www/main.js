// Starts the page: the module is compiled once, for the page and for its worker.

const state = document.body.dataset;

/** Shows a sentence, in English and in Chinese, in place of a race. */
function fail(en, zh) {
  const failure = document.getElementById("failure");
  Object.assign(failure.dataset, { en, zh });
  failure.textContent = document.documentElement.lang === "en" ? en : zh;
  state.state = "failed";
  document.querySelector("main").inert = true;
}

/** An error whose message is there in Chinese, too. */
const bilingual = (message, zh) => Object.assign(new Error(message), { zh });

async function compile() {
  if (typeof WebAssembly === "undefined") {
    throw bilingual("this browser has no WebAssembly, or it is switched off", "此浏览器不支持 WebAssembly，或已将其关闭");
  }
  const response = await fetch(new URL("gradprix_bg.wasm", import.meta.url));
  if (!response.ok) {
    const { status } = response;
    throw bilingual(`the server answered ${status} for gradprix_bg.wasm`, `服务器对 gradprix_bg.wasm 返回 ${status}`);
  }
  // Some static hosts do not know the type, and a stream of another one is refused.
  const streams = response.headers.get("content-type") === "application/wasm";
  const compiled = streams ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then(WebAssembly.compile);
  return compiled.catch((error) => {
    throw error instanceof WebAssembly.CompileError
      ? bilingual(
          `this browser cannot run WebAssembly with SIMD, as browsers since 2023 do: ${error.message}`,
          `此浏览器无法运行带 SIMD 的 WebAssembly（2023 年以来的浏览器都可以）：${error.message}`,
        )
      : error;
  });
}

// What the page's own code cannot get over leaves it without anyone who acts.
addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) {
    fail(
      `The page failed: ${error.message}. Reload it: its address holds the race.`,
      `页面出错：${error.message}。请重新加载：地址中包含这场竞赛。`,
    );
  }
});

try {
  const another = (patience) => {
    // Where nothing keeps the site yet, the data is left for what soon will.
    const name = navigator.serviceWorker?.controller ? "" : "keeps";
    const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module", name });
    // What comes before the worker says that it listens is lost now and then, as Firefox starts module workers.
    const early = [];
    worker.postMessage = (...message) => early.push(message);
    // And now and then it forgets one.
    const forgotten = patience && setTimeout(() => worker.dispatchEvent(new Event("error")), patience);
    const listens = (event) => {
      clearTimeout(forgotten);
      event.stopImmediatePropagation();
      delete worker.postMessage;
      early.forEach((message) => worker.postMessage(...message));
    };
    worker.addEventListener("message", listens, { once: true });
    return worker;
  };
  const worker = another();
  // Until the page hears the worker itself.
  worker.onerror = ({ message }) => {
    fail(
      `The race cannot start: its worker failed (${message ?? "worker.js could not be loaded"}). Reload the page to try again.`,
      `竞赛无法开始：后台线程出错（${message ?? "无法加载 worker.js"}）。请重新加载页面。`,
    );
  };
  const [module, { default: init, start_page }, vault] = await Promise.all([
    compile(),
    import("./gradprix.js"),
    import("./last-race.js"),
  ]);
  const start = (worker) => {
    worker.postMessage({ module });
    return worker;
  };
  start(worker);
  await init({ module_or_path: module });
  // Its script is here by now, and takes no seconds to load.
  start_page(worker, () => start(another(5000)), vault);
  import("./offline.js");
} catch (error) {
  fail(
    `The race cannot start: ${error.message}. Reload the page, or try another browser.`,
    `竞赛无法开始：${error.zh ?? error.message}。请重新加载页面，或换一个浏览器。`,
  );
}
