// Several pages of one browser race at once and share what the browser keeps: each has its own race.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch } from "../browsers.mjs";
import { close, kept, lossesOf, open, state, stepsReached, turbo } from "../hands.mjs";

const COMPARED = 300;

for (const name of ["chromium", "firefox"]) {
  describe(`pages beside each other in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("four pages race at once, each as if it were alone", async () => {
      const first = await open(browser);
      const pages = [first];
      while (pages.length < 4) pages.push(await open(browser, { beside: first }));
      for (const page of pages) {
        await page.bringToFront();
        await turbo(page);
        await page.click("#start");
      }
      const all = [];
      for (const page of pages) {
        await page.bringToFront();
        await stepsReached(page, COMPARED);
        await page.click("#start");
        await state(page, "paused", "finished");
        all.push((await lossesOf(page)).slice(0, 3 * COMPARED));
      }
      for (const losses of all.slice(1)) assert.deepEqual(losses, all[0]);
      // Each leaves its race in the list; none loses another's.
      for (const page of pages) {
        await page.bringToFront();
        await page.click("#reset");
        await page.waitForFunction(() => document.body.dataset.steps === "0");
      }
      await first.bringToFront();
      await first.click("#show-runs");
      await first.waitForFunction(() => document.querySelectorAll("#runs li").length === 4);
      // What is kept of each is whole: its curves in the list, and what it could be resumed from.
      const past = await first.evaluate(() =>
        Object.entries(localStorage).filter(([name]) => name.startsWith("race ")).map(([, text]) => JSON.parse(text).past));
      assert.equal(past.length, 4);
      for (const { steps, losses } of past) {
        assert.deepEqual(losses.map((own) => own.length), Array(3).fill(steps.length));
        assert.deepEqual(losses.map(([start]) => start), past[0].losses.map(([start]) => start));
      }
      const races = await kept(first);
      assert.equal(races.length, 4);
      for (const { steps, parts } of races) {
        assert.ok(steps >= COMPARED && parts[0] === 0 && new Set(parts).size === parts.length, `${steps}: ${parts}`);
      }
      await close(first);
    });
  });
}
