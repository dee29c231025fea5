// The races that were: kept, named, starred, hidden, raced again, and there at the next visit.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch, url } from "./browsers.mjs";
import { close, inked as inkOf, open, state, stepsReached, text, turbo, type } from "./hands.mjs";

const until = (page, check, ...args) => page.waitForFunction(check, { timeout: 30_000 }, ...args);
const rows = (page) =>
  page.$$eval("#runs li", (all) =>
    all.map((row) => {
      const name = row.querySelector(".run-name");
      return {
        name: name.value || name.placeholder,
        difference: row.querySelector(".difference").textContent,
        results: row.querySelector(".results").textContent.replaceAll("\u00a0", " "),
        shown: row.querySelector(".check input").checked,
        starred: row.querySelector(".star").getAttribute("aria-pressed") === "true",
      };
    }),
  );
const row = (number, part) => `#runs li:nth-child(${number}) ${part}`;
const race = async (page, steps = 60) => {
  await page.click("#start");
  await stepsReached(page, steps);
  await page.click("#start");
  await state(page, "paused");
};
const restarted = (page) => until(page, () => document.body.dataset.state === "ready" && document.body.dataset.steps === "0");
// How much of the large chart is not its ground, once it is drawn.
const inked = async (page) => {
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  });
  return inkOf(page, "#main-chart");
};
// Sets a setting of all racers, by hand.
const batch = async (page, size) => {
  await type(page, "#batch-size", size);
  await restarted(page);
};

for (const name of ["chromium", "firefox"]) {
  describe(`the races that were in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("each is kept with what differed and what came of it, and can be named, starred, hidden, raced again and deleted", async () => {
      const page = await open(browser);
      await turbo(page);
      await page.click("#show-runs");
      assert.match(await text(page, "#runs .none"), /No race is over yet/);
      assert.equal(await page.evaluate(() => document.activeElement.id), "runs-title");
      await race(page);
      await type(page, '.lane[data-racer="2"] .knob .entry', "0.01");
      await batch(page, 64);
      assert.deepEqual((await rows(page)).map(({ name, difference, shown }) => [name, difference, shown]), [
        ["Race 1", "The first race that is kept", true],
      ]);
      assert.match((await rows(page))[0].results, /^After \d+ steps on (MNIST|Synthetic digits): \w.* 0\.\d{4}.*, .* \d\.\d{4}/);
      await race(page);
      await page.click("#reset");
      await restarted(page);
      await until(page, () => document.querySelectorAll("#runs li").length === 2);
      // The rate was set at the end of the first race, so both ended with it.
      assert.deepEqual((await rows(page)).map(({ difference }) => difference), ["Batch size 128 → 64", "The first race that is kept"]);
      await type(page, '.lane[data-racer="2"] .knob .entry', "0.001");
      await race(page);
      await page.click("#reset");
      await until(page, () => document.querySelectorAll("#runs li").length === 3);
      await restarted(page);
      assert.equal((await rows(page))[0].difference, "Adam learning rate 0.01 → 0.001");

      // Hidden, its curves are gone; under the pointer they are there again.
      for (const number of [1, 2, 3]) await page.click(row(number, ".check input"));
      await page.mouse.move(5, 5);
      const without = await inked(page);
      await page.hover(row(2, ".what"));
      assert.ok((await inked(page)) > without + 200, "a hidden race is seen under the pointer");
      await page.mouse.move(5, 5);
      assert.equal(await inked(page), without);
      await page.click(row(3, ".check input"));
      await page.mouse.move(5, 5);
      assert.ok((await inked(page)) > without + 100);

      await type(page, row(3, ".run-name"), "  The <b>first</b> one ");
      await page.focus(row(3, ".star"));
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-pressed")), "true");
      await page.click(row(3, ".restore"));
      await restarted(page);
      assert.equal(await page.$eval("#batch-size", (field) => field.value), "128");
      assert.equal(await page.$eval('.lane[data-racer="2"] .knob .entry', (field) => field.value), "0.01");
      assert.match(await text(page, "#notice"), /Restarted: the settings of The <b>first<\/b> one/);
      await page.click(row(1, ".delete"));
      assert.deepEqual((await rows(page)).map(({ name }) => name), ["Race 2", "The <b>first</b> one"]);
      assert.equal(await page.evaluate(() => document.activeElement.id), "runs-title");

      // The next visit, in the same browser; the race that went on when the page was left is there, too.
      await race(page);
      await page.goto("about:blank");
      await page.goto(url);
      await state(page, "ready");
      await page.click("#show-runs");
      await until(page, () => document.querySelectorAll("#runs li").length === 3);
      assert.deepEqual((await rows(page)).map(({ name, shown, starred }) => [name, shown, starred]), [
        ["Race 3", false, false],
        ["Race 2", false, false],
        ["The <b>first</b> one", true, true],
      ]);
      await page.click("#runs .dismiss");
      assert.equal(await page.evaluate(() => document.activeElement.id), "show-runs");
      await close(page);
    });

    test("two pages beside each other keep both their races, and where nothing can be kept, the page says so", async () => {
      const one = await open(browser);
      const other = await open(browser, { beside: one });
      await other.click("#show-runs");
      await one.bringToFront();
      await turbo(one);
      await race(one);
      await batch(one, 64);
      await other.bringToFront();
      await until(other, () => document.querySelectorAll("#runs li").length === 1);
      assert.equal((await rows(other))[0].name, "Race 1");
      await close(one);

      const full = await open(browser, {
        before: (page) => page.evaluateOnNewDocument(() => {
          Storage.prototype.setItem = () => {
            throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
          };
        }),
      });
      await turbo(full);
      await race(full);
      await batch(full, 64);
      await until(full, () => /could not keep the race \(.*quota.*\): past races last until this page is closed/.test(document.querySelector("#notice").textContent));
      await full.click("#show-runs");
      assert.equal((await rows(full)).length, 1);
      await close(full);
    });
  });
}
