// Each fault again and again in the middle of races: every race has to go on, on the curve of the same race undisturbed. At
// the end stands a table of what was injected, recovered and lost.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch } from "../browsers.mjs";
import {
  FAULTY_GPU, THROW, TRAP, done, inside, killGpuProcess, lenient, openBent, reported, same, sleep, start, status, tally,
} from "../faults.mjs";
import { lossesOf, resumed, state, stepsReached } from "../hands.mjs";

// Further than any race here comes.
const STEPS = 5000;

// The race goes on so many steps after each fault, before the next one.
const BETWEEN = 20;

const reload = async (page) => {
  await page.reload();
  await state(page, "ready");
  return resumed(page);
};

const LOSE = "devices.at(-1).destroy()";
// Chromium has none any more after the third time, and the race runs on the CPU engine.
const killGpu = (page) => assert.equal(killGpuProcess(page.browser()), 1);

// How each is done, and how often in one race: the engine gives the GPU, or its further workers, up after three failures.
// It is over when as many recoveries were reported; where none is, the race only stood still.
const FAULTS = {
  "the worker throws": { inject: (page) => inside(page, THROW), often: 6, reports: true },
  "the worker traps": { inject: (page) => inside(page, TRAP), often: 6, reports: true },
  "the worker is killed": { inject: (page) => page.evaluate(() => workers.at(-1).terminate()), often: 3, reports: true },
  "a worker beside it throws": { inject: (page) => inside(page, THROW, "mate"), often: 2, pages: 3, reports: true },
  "the graphics device is lost": { inject: (page) => inside(page, LOSE), often: 2, pages: 2, gpu: true, reports: true },
  "the GPU's process is killed": { inject: killGpu, often: 2, gpu: true, reports: true, only: "chromium" },
  "the machine sleeps": { inject: (page) => sleep(page.browser(), 1000), often: 6 },
  "the page is reloaded": { inject: reload, often: 6 },
};

const table = tally();
let host;
before(async () => {
  host = await lenient();
});
after(async () => {
  await host.stop();
  table.print();
});

for (const name of ["chromium", "firefox"]) {
  describe(`faults again and again in ${name}`, () => {
    let browser;
    let undisturbed;
    before(async () => {
      browser = await launch(name);
      const page = await openBent(browser, host);
      await start(page, true);
      await stepsReached(page, STEPS);
      undisturbed = await lossesOf(page);
      await done(page);
    });
    after(() => browser?.close());

    const race = async ({ inject, often, gpu, reports: reporting }, count) => {
      const page = await openBent(browser, host, gpu ? FAULTY_GPU : "");
      if (gpu) {
        await page.select("#engine", "gpu");
        await status(page, /WebGPU/);
      }
      await start(page);
      await reported(page, "saved", 1);
      // Of a page that was loaded anew, the steps since.
      let from = 0;
      for (let time = 1; time <= often; time++) {
        count.injected++;
        const before = from + (await lossesOf(page)).length / 3;
        const resumed = await inject(page);
        if (inject === reload) from = resumed;
        if (reporting) await page.waitForFunction((time) => reports.recovered.length >= time, { timeout: 60_000 }, time);
        await stepsReached(page, Math.max(before - from, 0) + BETWEEN);
        const losses = await lossesOf(page);
        assert.ok(3 * from + losses.length <= undisturbed.length, `${losses.length / 3} steps`);
        same(losses, undisturbed.slice(3 * from), gpu ? 1e-2 : 0);
        count.recovered++;
      }
      await done(page);
    };

    for (const [fault, kind] of Object.entries(FAULTS).filter(([, { only }]) => !only || only === name)) {
      test(fault, () => table.during(fault, name, async (count) => {
        for (let page = 0; page < (kind.pages ?? 1); page++) await race(kind, count);
      }));
    }
  });
}
