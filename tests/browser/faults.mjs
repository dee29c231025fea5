// Faults that happen for real: code that runs in the page's worker and in its mates, before them or in their middle;
// and signals to the browser's processes.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";

import { knob, lossesOf, open, stepsReached, text } from "./hands.mjs";
import { Host } from "./host.mjs";

// A host without the policy, which forbids faults from outside; and without data, unless told otherwise.
export const lenient = async (options = { without: "data/" }) => {
  const host = await new Host(options).start();
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
  assert.match((await host.read("index.html")).toString(), policy);
  await host.build({ "index.html": (page) => page.replace(policy, "") });
  return host;
};

// Before the page's own scripts: every worker starts with `code`, and takes more of it while it runs.
const bend = (code) => {
  globalThis.reports = { saved: 0, recovered: [], steps: [] };
  globalThis.workers = [];
  const prelude = (code, wrap) => `
    const blob = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const Original = self.Worker;
    self.Worker = function (url, options) {
      const role = /mate/.test(url) ? "mate" : "worker";
      const faults = \`import init from "\${new URL("gradprix.js", url)}";
      self.wasm = init;
      const { fetch } = self;
      self.fetch = (name, ...options) => fetch(new URL(name, "\${url}"), ...options);
      new BroadcastChannel("faults").onmessage = ({ data }) => {
        if (data.role === "\${role}") (0, eval)(data.code);
      };\n\`;
      const first = blob(faults + (role === "worker" ? ${JSON.stringify(code)} : ""));
      const worker = new Original(blob(\`import "\${first}"; import "\${new URL(url, location.href)}";\`), options);
      self.made?.(worker);
      return worker;
    };
    ${wrap};`;
  globalThis.made = (worker) => {
    workers.push(worker);
    worker.addEventListener("message", ({ data }) => {
      if (data.saved) reports.saved++;
      if (data.steps) reports.steps.push([performance.now(), Number(data.steps.first), data.steps.seconds]);
      if (data.recovered) reports.recovered.push(data.recovered.engine);
    });
  };
  // A worker wraps the constructor of its mates in the same way.
  (0, eval)(prelude(`{ ${prelude("", "")} }\n${code}`, ""));
};

export const bent = (code = "") => (page) => page.evaluateOnNewDocument(bend, code);
export const openBent = (browser, host, code) => open(browser, { site: host.url(), before: bent(code) });
export const done = (page) => page.browserContext().close();

// Runs `code` in the worker, or in each of its mates.
export const inside = (page, code, role = "worker") =>
  page.evaluate((message) => {
    const channel = new BroadcastChannel("faults");
    channel.postMessage(message);
    channel.close();
  }, { role, code });

// Stops the worker, or a mate: it throws; or traps, at an address that the module's memory does not have.
export const THROW = `setTimeout(() => { throw new Error("broken on purpose"); })`;
export const TRAP = "wasm().then((exports) => setTimeout(() => exports.race_order(-16, 0)))";

// In a worker: keeps its devices, and fails as the flags in `broken` say.
export const FAULTY_GPU = `
  self.devices = [];
  self.broken = {};
  if (self.GPUAdapter) {
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      if (broken.device) throw new DOMException("no device today", "OperationError");
      const device = await requestDevice.apply(this, options);
      devices.push(device);
      return device;
    };
    const { createShaderModule, createBuffer, popErrorScope } = GPUDevice.prototype;
    GPUDevice.prototype.createShaderModule = function (options) {
      return createShaderModule.call(this, broken.shader ? { ...options, code: "fn broken(" } : options);
    };
    GPUDevice.prototype.createBuffer = function (options) {
      if (broken.memory && options.label === "memory") broken.full = true;
      return createBuffer.call(this, options);
    };
    GPUDevice.prototype.popErrorScope = async function () {
      const error = await popErrorScope.call(this);
      if (!broken.full) return error;
      broken.full = false;
      return new GPUOutOfMemoryError("out of memory today");
    };
  }
`;

// In a worker: a software adapter passes for a graphics card, so that the page chooses it by itself.
export const HARDWARE = `
  if (self.GPUAdapterInfo) Object.defineProperty(GPUAdapterInfo.prototype, "isFallbackAdapter", { get: () => false });
`;

// Presses a button, and types into a field, of a page that others stand before: a real hand waits for the page's next
// frame, and Firefox draws a hidden page ever more seldom, at last after minutes.
export const press = (page, selector) => page.$eval(selector, (button) => button.click());
export const enter = (page, selector, value) =>
  page.$eval(selector, (field, value) => {
    field.value = value;
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
  }, value);
export const hurry = (page) => page.$eval("#pace", (pace) => pace.max).then((fastest) => enter(page, "#pace", fastest));

// Before the page's own scripts: the browser's storage is blocked, or full.
export const BLOCKED = () => {
  IDBFactory.prototype.open = () => { throw new DOMException("not here", "SecurityError"); };
};
export const FULL = () => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("it is full", "QuotaExceededError"); };
};

const matches = (page, check, pattern, timeout) => page.waitForFunction(check, { timeout }, pattern.source);
export const status = (page, pattern) =>
  matches(page, (source) => new RegExp(source).test(document.querySelector("#engine-status").textContent), pattern, 20_000)
    .catch(async () => assert.match(await text(page, "#engine-status"), pattern));
export const failed = (page, pattern) =>
  matches(page, (source) => failures.some((sentence) => new RegExp(source).test(sentence)), pattern, 20_000);
export const noticed = (page, pattern) =>
  matches(page, (source) => new RegExp(source).test(document.querySelector("#notice .text").textContent), pattern, 60_000)
    .catch(async () => assert.match(await text(page, "#notice .text"), pattern));
export const reported = (page, what, count) =>
  page.waitForFunction((what, count) => (reports[what].length ?? reports[what]) >= count, { timeout: 60_000 }, what, count);
export const stepsNow = async (page) => (await lossesOf(page)).length / 3;

// Three single steps, another learning rate, and off: a change that has to be made again at its step.
export const start = async (page, fast) => {
  await enter(page, "#epochs", 100);
  for (let step = 1; step <= 3; step++) {
    await press(page, "#step");
    await stepsReached(page, step);
  }
  await enter(page, knob(2, "learning_rate", "entry"), 0.003);
  if (fast) await hurry(page);
  await press(page, "#start");
};

export const same = (found, expected, tolerance = 0) => {
  found.forEach((loss, at) => {
    const apart = Math.abs(loss - expected[at]);
    assert.ok(apart <= tolerance, `step ${Math.floor(at / 3)}, racer ${at % 3}: ${loss} for ${expected[at]}`);
  });
};

const parent = (pid) => {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1).split(" ")[1]);
  } catch {
    return 0; // It is gone by now.
  }
};

// The processes that `browser` started, those they started among them, whose command line matches.
const processes = (browser, pattern) => {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  const root = browser.process().pid;
  const descends = (pid) => pid > 1 && (pid === root || descends(parent(pid)));
  return all.filter((pid) => descends(parent(pid)) && pattern.test(readFileSync(`/proc/${pid}/cmdline`, "latin1")));
};

// Nothing of any page runs for so many milliseconds, as when the machine sleeps.
export const sleep = async (browser, milliseconds) => {
  const stopped = processes(browser, /--type=renderer|-contentproc.*[\0 ]tab\0?$/s);
  assert.notEqual(stopped.length, 0, "processes to stop");
  stopped.forEach((pid) => process.kill(pid, "SIGSTOP"));
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  stopped.forEach((pid) => process.kill(pid, "SIGCONT"));
};

export const killGpuProcess = (browser) =>
  processes(browser, /--type=gpu-process/).map((pid) => process.kill(pid, "SIGKILL")).length;

// Counts faults, and prints a table of them.
export const tally = () => {
  const rows = ["| fault | browser | times injected | recovered | lost |", "|---|---|---|---|---|"];
  return {
    // `act` counts what it injects and what recovers from it.
    during: async (fault, browser, act) => {
      const count = { injected: 0, recovered: 0 };
      try {
        await act(count);
      } finally {
        const { injected, recovered } = count;
        rows.push(`| ${fault} | ${browser} | ${injected} | ${recovered} | ${injected - recovered} |`);
      }
    },
    print: () => console.log(rows.join("\n")),
  };
};
