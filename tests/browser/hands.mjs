// What a person does with the page, and what there is to read on it.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { url } from "./browsers.mjs";

// Before the page's own scripts: keeps what the worker reports and what the data status said.
const record = () => {
  globalThis.losses = [];
  globalThis.failures = [];
  globalThis.statuses = [];
  const Original = Worker;
  globalThis.Worker = class extends Original {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        // The page's races count from 1: another one, on files read again, is for nobody.
        if (data.ready?.race) globalThis.losses = [];
        if (data.steps) globalThis.losses.push(...data.steps.metrics[0]);
        if (data.failed) globalThis.failures.push(data.failed.sentence.en);
      });
    }
  };
  addEventListener("DOMContentLoaded", () => {
    const status = document.getElementById("data-status");
    const watch = new MutationObserver(() => globalThis.statuses.push(status.textContent));
    // A blank page has none.
    if (status) watch.observe(status, { childList: true, characterData: true, subtree: true });
  });
};

export const open = async (browser, { site = url, viewport = { width: 1280, height: 1100 }, before, beside } = {}) => {
  // Each test has a browser that remembers nothing; a page beside another one shares what that one keeps.
  const page = await (beside?.browserContext() ?? (await browser.createBrowserContext())).newPage();
  page.errors = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  await page.evaluateOnNewDocument(record);
  await page.setViewport(viewport);
  await before?.(page);
  await page.goto(site);
  await state(page, "ready");
  return page;
};

export const close = async (page) => {
  assert.deepEqual(page.errors, []);
  await page.browserContext().close();
};

export const state = (page, ...wanted) =>
  page.waitForFunction((wanted) => wanted.includes(document.body.dataset.state), { timeout: 60_000 }, wanted);
export const stepsReached = (page, steps) =>
  page.waitForFunction((steps) => losses.length >= 3 * steps, { timeout: 120_000 }, steps);
export const text = (page, selector) => page.$eval(selector, (element) => element.textContent.replace(/\s+/g, " ").trim());

// Does something of which the page then says what matches `words`; what it said before does not count.
export const said = async (page, words, act) => {
  await page.$eval("#notice .text", (notice) => (notice.textContent = ""));
  await act();
  const says = (words) => new RegExp(words).test(document.querySelector("#notice .text").textContent);
  try {
    await page.waitForFunction(says, { timeout: 20_000 }, words);
  } catch (error) {
    throw new Error(`${words}: the page says "${await text(page, "#notice .text")}"`, { cause: error });
  }
};
export const lossesOf = (page) => page.evaluate(() => losses);

export const type = async (page, selector, value) => {
  await page.click(selector, { count: 3 });
  await page.keyboard.type(String(value));
  await page.keyboard.press("Enter");
};
export const knob = (racer, name, kind) => `.lane[data-racer="${racer}"] input.${kind}[data-knob="${name}"]`;

export const turbo = (page) => page.focus("#pace").then(() => page.keyboard.press("End"));

// Drags a slider's thumb to a share of its width, as a hand does.
export const drag = async (page, selector, share) => {
  const slider = await page.$(selector);
  await slider.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const { x, y, width, height } = await slider.boundingBox();
  const from = await slider.evaluate((element) => (element.value - element.min) / (element.max - element.min));
  await page.mouse.move(x + 8 + from * (width - 16), y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 8 + share * (width - 16), y + height / 2, { steps: 4 });
  await page.mouse.up();
};

// How many pixels of a canvas differ from its corner: an empty chart has few.
export const inked = (page, selector) =>
  page.$eval(selector, (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (Math.abs(data[at] - data[0]) + Math.abs(data[at + 1] - data[1]) + Math.abs(data[at + 2] - data[2]) > 30) count++;
    }
    return count;
  });

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
export const racerLosses = (losses, racer) => losses.filter((_, at) => at % 3 === racer);

// Before the page's own scripts: what would land among the downloads is kept, by its name.
export const keepDownloads = (page) =>
  page.evaluateOnNewDocument(() => {
    globalThis.saved = {};
    const blobs = new Map();
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      const address = make(blob);
      blobs.set(address, blob);
      return address;
    };
    const click = HTMLElement.prototype.click;
    HTMLElement.prototype.click = function () {
      if (this.download) globalThis.saved[this.download] = blobs.get(this.href);
      else click.call(this);
    };
  });
export const save = async (page, button, file) => {
  await page.click("#share > summary");
  await page.click(button);
  await page.keyboard.press("Escape");
  await page.waitForFunction((file) => saved[file], { timeout: 30_000 }, file);
  return page.evaluate(async (file) => saved[file].text(), file);
};

// An IDX file of images or labels, all of whose bytes are `fill`.
export const idx = (sizes, length = sizes.reduce((product, size) => product * size, 1), fill = 0) => {
  const bytes = Buffer.alloc(4 + 4 * sizes.length + length, fill);
  bytes.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, at) => bytes.writeUInt32BE(size, 4 + 4 * at));
  return bytes;
};

// Gives the page files by their names, through a folder that is there.
export const give = async (page, folder, files) => {
  const paths = Object.entries(files).map(([name, bytes]) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  });
  await (await page.$("#files")).uploadFile(...paths);
};

// What the browser keeps to be resumed: for each race how far it is, and the first steps of the parts of its curves.
export const kept = (page) =>
  page.evaluate(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await done(indexedDB.open("gradprix"));
    const all = (store) => done(database.transaction(store).objectStore(store).getAll());
    const [races, curves] = [await all("races"), await all("curves")];
    database.close();
    return races.map(({ began, left }) => ({
      steps: left.steps,
      parts: curves.filter((part) => part.began === began).map(({ first }) => first),
    }));
  });

// The page offers to go on with the last race -> its words.
export const offered = async (page) => {
  await page.waitForFunction(() => !document.querySelector("#last-race").hidden);
  return text(page, "#last-race .text");
};

// The race that is offered goes on -> from which step.
export const resumed = async (page) => {
  const from = Number(/step (\d+)/.exec(await offered(page))[1]);
  await page.click("#resume");
  return from;
};

// Until the browser keeps the site, with its data if it has some.
export const siteKept = (page, data) =>
  page.waitForFunction(async (data) => {
    const { active } = (await navigator.serviceWorker.getRegistration()) ?? {};
    if (active?.state !== "activated") return false;
    const names = (await caches.keys()).filter((name) => name.includes(document.baseURI.split("#")[0]));
    const files = names.length === 1 ? await (await caches.open(names[0])).keys() : [];
    return files.length > 10 && files.filter(({ url }) => url.includes("/data/")).length === (data ? 4 : 0);
  }, { timeout: 60_000, polling: 200 }, data);
