// What goes wrong in browsers, made to happen: the race goes on, on the curve of the same race undisturbed.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch } from "../browsers.mjs";
import {
  FAULTY_GPU, HARDWARE, THROW, TRAP, done, failed, hurry, inside, killGpuProcess, lenient, noticed, openBent, press, reported,
  same, start, status, stepsNow,
} from "../faults.mjs";
import { lossesOf, stepsReached, text } from "../hands.mjs";

const STEPS = 450;

let host;
before(async () => {
  host = await lenient();
});
after(() => host.stop());

const page_ = (browser, code) => openBent(browser, host, code);

for (const name of ["chromium", "firefox"]) {
  // Firefox starves hidden pages, and Chromium has to answer for an adapter within seconds.
  describe(`faults in ${name}`, { concurrency: name === "chromium" ? 2 : 1 }, () => {
    let browser;
    let undisturbed;
    before(async () => {
      browser = await launch(name);
      const page = await page_(browser);
      await start(page, true);
      await stepsReached(page, STEPS);
      undisturbed = (await lossesOf(page)).slice(0, 3 * STEPS);
      await done(page);
    });
    after(() => browser?.close());

    test("a worker that throws or traps is started again, and its race goes on", async () => {
      const page = await page_(browser);
      await start(page);
      await stepsReached(page, 30);
      // Before the first snapshot, then after one.
      await inside(page, THROW);
      await noticed(page, /worker stopped.*broken on purpose.*goes on from step \d+/);
      await press(page, "#notice .copy");
      await page.waitForFunction(() => /Copied/.test(document.querySelector("#notice .copy").textContent)
        || /broken on purpose/.test(document.querySelector("#notice .details").value));
      await reported(page, "recovered", 1);
      await reported(page, "saved", 1);
      const known = await stepsNow(page);
      const before = await page.evaluate(() => reports.recovered.length);
      await inside(page, TRAP);
      await reported(page, "recovered", before + 1);
      await stepsReached(page, known + 60);
      const losses = await lossesOf(page);
      assert.ok(losses.length <= undisturbed.length, `${losses.length / 3} steps`);
      same(losses, undisturbed);
      assert.ok((await page.evaluate(() => workers.length)) >= 3);
      // One that never starts, as Firefox forgets some, is missed soon.
      host.changed.set("dead.js", Buffer.from("await new Promise(() => {});"));
      await page.evaluate(() => {
        const Original = Worker;
        globalThis.Worker = function (url, options) {
          globalThis.Worker = Original;
          return new Original(new URL("dead.js", url), options);
        };
      });
      await inside(page, THROW);
      await noticed(page, /worker stopped.*script could not be loaded/);
      await reported(page, "recovered", before + 2);
      await done(page);
    });

    test("a mate that dies and a worker that is killed are missed, and the race goes on", async () => {
      const page = await page_(browser);
      await start(page);
      await stepsReached(page, 30);
      await inside(page, THROW, "mate");
      await failed(page, /a worker of the CPU engine stopped.*brought back/);
      await reported(page, "recovered", 1);
      // In Firefox a worker that starts another one falls silent now and then, and the page has to start it again.
      if (name === "chromium") assert.equal(await page.evaluate(() => workers.length), 1, await text(page, "#notice .text"));
      await reported(page, "saved", 1);
      const [known, before] = [await stepsNow(page), await page.evaluate(() => reports.recovered.length)];
      await page.evaluate(() => workers.at(-1).terminate());
      await noticed(page, /worker stopped.*did not answer for \d+ seconds/);
      await reported(page, "recovered", before + 1);
      await stepsReached(page, known + 40);
      same(await lossesOf(page), undisturbed);
      await done(page);
    });

    test("a device that is lost is replaced, and by the CPU engine where there is no other", async () => {
      const page = await page_(browser, FAULTY_GPU);
      await page.select("#engine", "gpu");
      await status(page, /WebGPU/);
      await start(page);
      await reported(page, "saved", 1);
      await inside(page, "devices.at(-1).destroy()");
      await failed(page, /GPU stopped.*brought back/);
      await reported(page, "recovered", 1);
      await inside(page, "broken.device = true; devices.at(-1).destroy()");
      await reported(page, "recovered", 2);
      assert.deepEqual(await page.evaluate(() => reports.recovered.map(({ kind }) => kind)), ["gpu", "cpu"]);
      await status(page, /CPU.*the GPU stopped/);
      await stepsReached(page, await stepsNow(page) + 20);
      same(await lossesOf(page), undisturbed, 1e-4);
      await done(page);
    });

    test("a GPU that fails at the start is said to, and the race runs on the CPU engine", async () => {
      const page = await page_(browser, FAULTY_GPU);
      const faults = { device: /no device today/, shader: /gave no device/, memory: /[Oo]ut of [Mm]emory/ };
      for (const [fault, words] of Object.entries(faults)) {
        await page.evaluate(() => { failures.length = 0; });
        await inside(page, `broken = { ${fault}: true }`);
        await page.select("#engine", "gpu");
        await failed(page, words);
        await status(page, /^CPU/);
        await press(page, "#step");
        await stepsReached(page, 1);
        same(await lossesOf(page), undisturbed.slice(0, 3));
        await page.select("#engine", "cpu");
        await status(page, /chosen by you/);
      }
      // What works again is used again.
      await inside(page, "broken = {}");
      await page.select("#engine", "gpu");
      await status(page, /^WebGPU/);
      await done(page);
    });

    const absent = {
      "no WebGPU": [`Object.defineProperty(WorkerNavigator.prototype, "gpu", { get: () => undefined });`, /has no WebGPU/],
      "no adapter": ["if (self.GPU) GPU.prototype.requestAdapter = async () => null;", /CPU.*no WebGPU adapter/],
      "an adapter refused": [`if (self.GPU) GPU.prototype.requestAdapter = async () => { throw new TypeError("no"); };`,
        /CPU.*no WebGPU adapter/],
      "a card without a device": [`${HARDWARE}${FAULTY_GPU}broken.device = true;`, /CPU.*gave no device.*no device today\)$/],
      "a card whose shaders do not compile": [`${HARDWARE}${FAULTY_GPU}broken.shader = true;`, /CPU.*gave no device/],
      "a card without memory": [`${HARDWARE}${FAULTY_GPU}broken.memory = true;`, /CPU.*[Oo]ut of [Mm]emory/],
    };
    test(`with ${Object.keys(absent).join(", or ")}, the race runs on the CPU engine by itself, and the page says why`, async () => {
      // What the page makes of them is the same in every browser: one sees them all.
      const seen = Object.values(absent).filter((_, at) => name === "chromium" || at % 5 === 0);
      for (const [code, words] of seen) {
        const page = await page_(browser, code);
        await status(page, words);
        await press(page, "#step");
        await stepsReached(page, 1);
        same(await lossesOf(page), undisturbed.slice(0, 3));
        await done(page);
      }
    });
  });
}

test("a GPU process that is killed takes no race with it", async () => {
  const browser = await launch("chromium");
  try {
    const page = await page_(browser, FAULTY_GPU);
    await page.select("#engine", "gpu");
    await status(page, /WebGPU/);
    await press(page, "#start");
    await reported(page, "saved", 1);
    const known = await stepsNow(page);
    assert.equal(killGpuProcess(browser), 1);
    await reported(page, "recovered", 1);
    await stepsReached(page, known + 20);
    const losses = await lossesOf(page);
    const calm = await page_(browser, "");
    await hurry(calm);
    await press(calm, "#start");
    await stepsReached(calm, losses.length / 3);
    same(losses, await lossesOf(calm), 1e-4);
  } finally {
    await browser.close();
  }
});
