// The real page, as a user opens it: until the first point, what is loaded, what it takes, and how fast it races.

import { gzipSync } from "node:zlib";

import { summary } from "./rounds.mjs";

// Before the page's own scripts: presses Start as soon as it can, unless the page starts by itself, and notes when the
// first point has been drawn.
const watch = () => {
  globalThis.opened = {};
  const look = () => {
    const { state, steps } = document.body.dataset;
    const start = document.getElementById("start");
    if (state === "ready" && !opened.ready) {
      opened.ready = performance.now();
      if (start.textContent.includes("Start")) start.click();
    }
    if (Number(steps) > 0 && !opened.stepped) {
      opened.stepped = performance.now();
      // The frame that draws it, and the task after that frame.
      requestAnimationFrame(() => setTimeout(() => (opened.point = performance.now())));
    }
  };
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(look).observe(document.body, { attributes: true });
    look();
  });
};

const open = async (context, site) => {
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  await page.evaluateOnNewDocument(watch);
  await page.goto(site);
  await page.waitForFunction(() => opened.point, { timeout: 60_000 });
  return { page, milliseconds: await page.evaluate(() => opened) };
};

// Milliseconds from opening to the first point: with an empty cache, and with all in it.
export const opening = async (browser, site, openings) => {
  const cold = [];
  const cached = [];
  for (let at = 0; at < openings; at++) {
    const context = await browser.createBrowserContext();
    for (const list of [cold, cached]) {
      const { page, milliseconds } = await open(context, site);
      list.push(milliseconds);
      await page.close();
    }
    await context.close();
  }
  const of = (list) => ({
    ready: summary(list.map(({ ready }) => ready)),
    point: summary(list.map(({ point }) => point)),
  });
  return { cold: of(cold), cached: of(cached) };
};

// Gzipped bytes of each file that opening the page loads, but the data.
export const sizes = async (browser, site) => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const loaded = new Map();
  page.on("response", (response) => {
    const address = response.url();
    if (address.startsWith(site) && !address.includes("/data/")) loaded.set(address, null);
  });
  await page.goto(site);
  await page.waitForFunction(() => document.body.dataset.state === "ready", { timeout: 60_000 });
  await context.close();
  const sizes = {};
  for (const address of loaded.keys()) {
    const bytes = await (await fetch(address)).arrayBuffer();
    sizes[address.slice(site.length) || "index.html"] = gzipSync(new Uint8Array(bytes), { level: 9 }).length;
  }
  return sizes;
};

// In a worker: counts what it asks of WebGPU from now on, and the bytes of the buffers that it makes.
const count = () => {
  const calls = { dispatches: 0, submits: 0, uploads: 0, readbacks: 0, bytes: 0 };
  const wrap = (prototype, name, counted) => {
    const original = prototype?.[name];
    if (!original) return;
    prototype[name] = function (...args) {
      const result = original.apply(this, args);
      counted(args, this, result);
      return result;
    };
  };
  wrap(globalThis.GPUComputePassEncoder?.prototype, "dispatchWorkgroups", () => calls.dispatches++);
  wrap(globalThis.GPUQueue?.prototype, "submit", () => calls.submits++);
  wrap(globalThis.GPUQueue?.prototype, "writeBuffer", () => calls.uploads++);
  wrap(globalThis.GPUBuffer?.prototype, "mapAsync", () => calls.readbacks++);
  wrap(globalThis.GPUDevice?.prototype, "createBuffer", ([{ size }]) => (calls.bytes += size));
  wrap(globalThis.GPUBuffer?.prototype, "destroy", (_, buffer) => (calls.bytes -= buffer.size));
  globalThis.calls = calls;
};

// As fast as the engine can, and for so long that the race does not end meanwhile.
const turbo = async (page) => {
  await page.focus("#pace");
  await page.keyboard.press("End");
  await page.click("#epochs", { count: 3 });
  await page.keyboard.type("100");
  await page.keyboard.press("Enter");
};

const stepsOf = (page) => page.$eval("body", (body) => Number(body.dataset.steps));
/** Steps over which calls are counted at least. */
const LEAST = 32;

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Bytes of JavaScript's heap and of the module's memory.
const heap = async (client) => (await client.send("Runtime.getHeapUsage")).usedSize;
const module = async (address) => (await (await import(address)).default()).memory.buffer.byteLength;

// The page at turbo on its own choice of engine, then on the GPU: speed, calls of WebGPU and memory.
export const turboRace = async (browser, site, milliseconds) => {
  const { page } = await open(browser, site);
  const [worker] = page.workers();
  await worker.evaluate(count);
  await turbo(page);
  const measure = async () => {
    await later(milliseconds / 4);
    const before = await worker.evaluate(() => ({ ...calls }));
    const [start, first] = [performance.now(), await stepsOf(page)];
    const enough = (steps) => Number(document.body.dataset.steps) >= steps;
    await Promise.all([later(milliseconds), page.waitForFunction(enough, { timeout: 60_000 }, first + LEAST)]);
    const { bytes, ...after } = await worker.evaluate(() => calls);
    const [seconds, steps] = [(performance.now() - start) / 1000, (await stepsOf(page)) - first];
    const perStep = Object.fromEntries(Object.entries(after).map(([name, calls]) => [name, (calls - before[name]) / steps]));
    const bindings = `${site}gradprix.js`;
    return {
      engine: await page.$eval("#engine-status", (status) => status.textContent.replace(/\s+/g, " ").trim()),
      stepsPerSecond: steps / seconds,
      perStep,
      memory: {
        pageHeap: await heap(await page.createCDPSession()),
        workerHeap: await heap(worker.client),
        pageModule: await page.evaluate(module, bindings),
        workerModule: await worker.evaluate(module, bindings),
        gpuBuffers: bytes,
      },
    };
  };
  const first = await measure();
  await page.select("#engine", "gpu");
  await page.waitForSelector('#engine-status[data-kind="gpu"]', { timeout: 60_000 });
  await page.waitForFunction(() => document.body.dataset.steps > 0, { timeout: 60_000 });
  const gpu = await measure();
  await page.close();
  return { first, gpu };
};
