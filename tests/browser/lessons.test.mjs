// Lessons as a person takes them: chosen from the list or by link, raced, ticked off, left.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch, url, urlWithoutData, withoutMnist } from "./browsers.mjs";
import { close, knob, open, state, text, turbo, type } from "./hands.mjs";

const outcomes = (page) => page.$$eval("#lesson ol li", (steps) => steps.map(({ dataset }) => dataset.outcome));
const outcomesAre = (page, expected) =>
  page.waitForFunction(
    (expected) => [...document.querySelectorAll("#lesson ol li")].map(({ dataset }) => dataset.outcome).join() === expected,
    { timeout: 120_000 }, expected.join());
const hashIs = (page, expected) =>
  page.waitForFunction((expected) => location.hash === expected, { timeout: 10_000 }, expected);
const value = (page, selector) => page.$eval(selector, (input) => input.value);
const box = (page, selector) => page.$eval(selector, (element) => {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return { top, bottom, left, right };
});
const focused = (page) => page.evaluate(() => document.activeElement.id);

for (const name of ["chromium", "firefox"]) {
  describe(`lessons in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("a lesson from the list sets up its race, ticks off what happened, and says so", { skip: withoutMnist }, async () => {
      const page = await open(browser);
      await page.evaluate(() => {
        globalThis.said = [];
        const region = document.getElementById("lesson-said");
        new MutationObserver(() => region.textContent && said.push(region.textContent))
          .observe(region, { childList: true, subtree: true, characterData: true });
      });
      await page.click("#show-lessons");
      assert.equal((await page.$$("#lessons li button")).length, 10);
      const [choice] = await page.$$("#lessons li:nth-child(3) button");
      await choice.click();
      await page.waitForSelector("#lessons:not([open])");
      await page.waitForSelector("#lesson:not([hidden])");
      await hashIs(page, "#lesson=same-rate");
      assert.equal(await focused(page), "lesson-title");
      assert.match(await text(page, "#lesson-title"), /same rate/);
      assert.match(await text(page, "#lesson .place"), /^Lesson 3 of 10$/);
      assert.deepEqual(await page.$$eval(".lane h2 .name", (all) => all.map((each) => each.textContent)),
        ["GD 0.01", "RMSprop", "Adam", "GD 0.5"]);
      assert.deepEqual([await value(page, "#epochs"), await value(page, "#y-axis")], ["1", "update_ratio"]);
      assert.deepEqual(await outcomes(page), ["next", "awaited", "awaited", "awaited"]);
      const [lesson, chart] = [await box(page, "#lesson"), await box(page, "#main-plot")];
      assert.ok(lesson.bottom <= chart.top, "the lesson stands above the chart");

      await state(page, "ready");
      await turbo(page);
      await page.click("#start");
      await outcomesAre(page, ["seen", "seen", "seen", "seen"]);
      await state(page, "finished");
      // A step shows what it is about.
      assert.equal(await text(page, "#lesson li:nth-child(3) .see"), "y: Loss");
      await page.click("#lesson li:nth-child(3) .see");
      await page.waitForFunction(() => document.querySelector("#y-axis").value === "loss");
      await page.click("#lesson li:nth-child(1) .see");
      await page.waitForFunction(() => document.querySelector("#y-axis").value === "update_ratio");
      await page.waitForFunction(() => said.at(-1)?.includes("That was the lesson."));
      const said = (await page.evaluate(() => said)).join(" ");
      assert.match(said, /Seen\. Press Start.*Seen\. And GD 0\.5 is within a quarter/);
      assert.ok(await page.$("#lessons li:nth-child(3)[data-done]"), "and it is ticked off in the list");
      assert.equal(await page.$eval("#lesson .caveat", (caveat) => caveat.hidden), true);

      // Again: from the start. Left: the race stays.
      await page.click("#lesson .again");
      await state(page, "ready");
      assert.deepEqual(await outcomes(page), ["next", "awaited", "awaited", "awaited"]);
      await page.click("#lesson .dismiss");
      await page.waitForSelector("#lesson[hidden]");
      assert.equal(await focused(page), "show-lessons");
      await hashIs(page, "#v=1&epochs=1&racer=gd,learning_rate:0.01,name:GD%200.01&racer=rmsprop,learning_rate:0.01" +
        "&racer=adam,learning_rate:0.01&racer=gd,learning_rate:0.5,name:GD%200.5");
      assert.equal((await page.$$(".lane")).length, 4);
      await close(page);
    });

    test("what does not happen is not ticked off, and may happen in another race", { skip: withoutMnist }, async () => {
      const page = await open(browser, { site: `${url}#lesson=tuned` });
      assert.match(await text(page, "#lesson-title"), /comes close/);
      await type(page, knob(0, "learning_rate", "entry"), "0.01");
      await hashIs(page, "#lesson=tuned&v=1&epochs=1&racer=gd,learning_rate:0.01&racer=rmsprop,learning_rate:0.003" +
        "&racer=adam,learning_rate:0.003");
      await turbo(page);
      await page.click("#start");
      await outcomesAre(page, ["seen", "missed", "missed"]);
      assert.match(await text(page, "#lesson li:nth-child(2) .outcome"), /Not in this race/);
      await type(page, knob(0, "learning_rate", "entry"), "0.5");
      await page.click("#reset");
      await outcomesAre(page, ["seen", "next", "awaited"]);
      await page.click("#start");
      await outcomesAre(page, ["seen", "seen", "seen"]);
      await close(page);
    });

    test("the lesson on batches goes over two races", { skip: withoutMnist }, async () => {
      const page = await open(browser, { site: `${url}#lesson=batch` });
      await turbo(page);
      await page.click("#start");
      await outcomesAre(page, ["seen", "seen", "next", "awaited"]);
      await state(page, "finished");
      await type(page, "#batch-size", 16);
      await state(page, "ready");
      await page.click("#start");
      await outcomesAre(page, ["seen", "seen", "seen", "seen"]);
      await close(page);
    });

    test("by keyboard alone, in Chinese, from one lesson to the next, and back in the browser", async () => {
      const page = await open(browser, { site: `${url}?lang=zh` });
      await page.focus("#show-lessons");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#lessons[open]");
      await page.keyboard.press("Escape");
      await page.waitForSelector("#lessons:not([open])");
      assert.equal(await focused(page), "show-lessons");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#lesson:not([hidden])");
      await hashIs(page, "#lesson=trailing");
      assert.equal(await text(page, "#lesson .place"), "第 1 课，共 10 课");
      assert.ok(await page.$eval("#lesson .previous", ({ disabled }) => disabled), "there is none before the first");
      assert.equal(await focused(page), "lesson-title");
      for (const stop of ["again", "next"]) {
        await page.keyboard.press("Tab");
        assert.ok(await page.evaluate((stop) => document.activeElement.classList.contains(stop), stop));
      }
      await page.keyboard.press("Enter");
      await hashIs(page, "#lesson=rates");
      assert.match(await text(page, "#lesson-title"), /太小、合适、太大/);
      assert.equal((await page.$$(".lane")).length, 4);
      await page.evaluate(() => (location.hash = "lesson=warm-up"));
      await page.waitForFunction(() => document.querySelector("#lesson-title").textContent === "预热与衰减");
      await page.evaluate(() => (location.hash = ""));
      await page.waitForSelector("#lesson[hidden]");
      assert.equal((await page.$$(".lane")).length, 3, "an address without a lesson leaves it");
      await close(page);
    });

    test("on other images than MNIST it says where the numbers come from", async () => {
      const page = await open(browser, { site: `${urlWithoutData}#lesson=trailing` });
      assert.match(await text(page, "#lesson .caveat"), /measured on MNIST/);
      assert.equal(await page.$eval("#lesson .caveat", (caveat) => caveat.checkVisibility()), true);
      await close(page);
    });

    test("on a phone it stands under the chart and hides nothing", async () => {
      for (const width of [360, 390]) {
        const page = await open(browser, { site: `${url}#lesson=correction`, viewport: { width, height: 844 } });
        const [lesson, chart, board] = [await box(page, "#lesson"), await box(page, "#main-plot"), await box(page, "#board")];
        assert.ok(chart.bottom <= lesson.top + 1 && lesson.bottom <= board.top + 1, `chart, lesson, standings: ${JSON.stringify([chart, lesson, board])}`);
        assert.ok(lesson.left >= 0 && lesson.right <= width);
        assert.ok((await box(page, ".view")).top >= board.bottom - 1, "then what changes the chart");
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        const small = await page.$$eval("#lesson button", (buttons) =>
          buttons.map((button) => button.getBoundingClientRect()).filter(({ width, height }) => width < 42 || height < 42).length);
        assert.equal(small, 0);
        await close(page);
      }
    });
  });
}
