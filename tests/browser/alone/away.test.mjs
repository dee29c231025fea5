// Time in which nothing of the page runs: the machine sleeps, the browser freezes the page, its reader is elsewhere.

import assert from "node:assert/strict";
import test from "node:test";

import { launch, urlWithoutData as site } from "../browsers.mjs";
import { sleep, stepsNow } from "../faults.mjs";
import { open, state, stepsReached } from "../hands.mjs";

// Seconds.
const GAP = 2.5;

// Before the page's own scripts: keeps when steps were reported, the first one's number, and the race's own seconds.
const timed = (page) =>
  page.evaluateOnNewDocument(() => {
    globalThis.reports = [];
    const Original = Worker;
    globalThis.Worker = class extends Original {
      constructor(...args) {
        super(...args);
        this.addEventListener("message", ({ data: { steps } }) => {
          if (steps) reports.push([performance.now(), Number(steps.first), steps.seconds]);
        });
      }
    };
  });

// Goes to another page, and after so many milliseconds back to this one, which the browser kept as it was.
const leave = async (page, milliseconds) => {
  await page.evaluate(() => addEventListener("pageshow", ({ persisted }) => (globalThis.kept = persisted), { once: true }));
  await page.goto(`${site}gradprix.js`);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  // In Firefox, puppeteer waits in vain for the page to be loaded again.
  await page.goBack({ timeout: 3000 }).catch(() => {});
  assert.equal(await page.evaluate(() => globalThis.kept), true, "the browser kept the page");
};

for (const name of ["chromium", "firefox"]) {
  test(`time that the page slept in ${name} is no time of the race, and no step makes up for it`, async () => {
    const browser = await launch(name);
    try {
      const page = await open(browser, { site, before: timed });
      const started = Date.now();
      await page.click("#start");
      await stepsReached(page, 60);
      const gaps = [() => sleep(browser, 1000 * GAP), () => leave(page, 1000 * GAP)];
      if (name === "chromium") gaps.push(async () => {
        const session = await page.createCDPSession();
        await session.send("Page.setWebLifecycleState", { state: "frozen" });
        await new Promise((resolve) => setTimeout(resolve, 1000 * GAP));
        await session.send("Page.setWebLifecycleState", { state: "active" });
      });
      for (const gap of gaps) {
        const before = await stepsNow(page);
        await gap();
        // A page that was frozen counts as hidden, and draws no frames.
        await page.waitForFunction((steps) => losses.length >= 3 * steps, { polling: 50 }, before + 40);
      }
      const passed = (Date.now() - started) / 1000;
      const steps = await page.evaluate(() => reports);
      const [, last, seconds] = steps.at(-1);
      assert.ok(last / 50 < seconds && seconds < passed - GAP * gaps.length + 0.6, `${last} steps in ${seconds} s of racing, in ${passed} s`);
      // Steps within a tenth of a second, wherever it lies.
      const most = Math.max(...steps.map(([time, step]) => steps.findLast(([later]) => later < time + 100)[1] - step));
      assert.ok(most < 20, `${most} steps in a tenth of a second`);
    } finally {
      await browser.close();
    }
  });

  test(`a race that stands still in ${name} does so when its reader comes back, and is one race`, async () => {
    const browser = await launch(name);
    try {
      const page = await open(browser, { site });
      await page.click("#start");
      await stepsReached(page, 20);
      await page.click("#start");
      await state(page, "paused");
      const paused = await stepsNow(page);
      await leave(page, 200);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(await stepsNow(page), paused);
      await page.click("#reset");
      await state(page, "ready");
      await page.click("#show-runs");
      await page.waitForFunction(() => document.querySelectorAll("#runs li").length === 1);
    } finally {
      await browser.close();
    }
  });
}
