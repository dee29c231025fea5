// Looking inside the racers, and asking them what a drawing is.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch, withoutMnist } from "../browsers.mjs";
import { close, inked, open, state, stepsReached, text, turbo } from "../hands.mjs";

const raced = async (browser, steps = 400) => {
  const page = await open(browser);
  await turbo(page);
  await page.click("#start");
  await stepsReached(page, steps);
  return page;
};
const pause = async (page) => {
  await page.click("#start");
  await state(page, "paused");
};
const until = (page, check, ...args) => page.waitForFunction(check, { timeout: 30_000 }, ...args);

// A stroke from one place on the pad to another, each given in shares of its size.
const stroke = async (page, from, to) => {
  const pad = await page.$("#pad");
  await pad.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const { x, y, width, height } = await pad.boundingBox();
  await page.mouse.move(x + from[0] * width, y + from[1] * height);
  await page.mouse.down();
  await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 8 });
  await page.mouse.up();
};
const choices = (page) => page.$$eval(".answers .choice", (list) => list.map((choice) => choice.textContent));
const shares = (page) =>
  page.$$eval(".answers li", (rows) =>
    rows.map((row) => [...row.querySelectorAll(".bars i")].map((bar) => Number(bar.style.getPropertyValue("--share")))),
  );

for (const name of ["chromium", "firefox"]) {
  describe(`inside in ${name}`, { skip: withoutMnist }, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("weights, confusion and mistakes show each racer, while the race runs and after", async () => {
      const page = await raced(browser);
      await page.click("#show-inside");
      assert.equal(await page.evaluate(() => document.activeElement.id), "tab-weights");
      await until(page, () => document.querySelector("#inside-weights .said").textContent.includes("128 hidden units"));
      assert.ok((await inked(page, "#inside-weights canvas")) > 5000);
      const picture = () => page.$eval("#inside-weights canvas", (canvas) => canvas.toDataURL());
      const before = await picture();
      await until(page, (before) => document.querySelector("#inside-weights canvas").toDataURL() !== before, before);
      await pause(page);
      await page.select("#inside-racer", await page.$eval("#inside-racer option:nth-child(3)", (option) => option.value));
      await page.focus("#tab-weights");
      await page.keyboard.press("ArrowRight");
      await until(page, () => document.querySelector("#inside-confusion .said").textContent.includes("10000"));
      const counts = await page.$$eval("#inside-confusion td.right, #inside-confusion td.wrong", (cells) => cells.map((cell) => Number(cell.textContent)));
      assert.equal(counts.reduce((sum, count) => sum + count, 0), 10_000);
      const right = counts.filter((_, at) => at % 11 === 0).reduce((sum, count) => sum + count, 0);
      assert.equal(await text(page, '.lane[data-racer="2"] .accuracy'), `${(right / 100).toFixed(2)}%`);
      await page.keyboard.press("ArrowRight");
      assert.equal(await text(page, "#inside-mistakes .said"), `${10_000 - right} wrong of 10000 test images`);
      const mistakes = await page.$$eval("#inside-mistakes li", (list) => list.map((item) => item.textContent));
      assert.equal(mistakes.length, 60);
      for (const mistake of mistakes) assert.match(mistake, /^\d, not \d$/);
      await page.click("#inside .dismiss");
      assert.equal(await page.evaluate(() => document.activeElement.id), "show-inside");
      await close(page);
    });

    test("every racer answers a drawing, live while it trains, and a test image", async () => {
      const page = await raced(browser);
      await page.click("#show-inside");
      await page.click("#tab-draw");
      await stroke(page, [0.52, 0.12], [0.48, 0.88]);
      await until(page, () => [...document.querySelectorAll(".answers .choice")].every((choice) => choice.textContent));
      const ones = (await choices(page)).filter((choice) => choice === "1").length;
      assert.ok(ones >= 2, `${await choices(page)} for a vertical line`);
      for (const own of await shares(page)) {
        assert.equal(own.length, 10);
        assert.ok(Math.abs(own.reduce((sum, share) => sum + share, 0) - 1) < 0.01);
      }
      const before = JSON.stringify(await shares(page));
      await until(
        page,
        (before) => JSON.stringify([...document.querySelectorAll(".answers li")].map((row) =>
          [...row.querySelectorAll(".bars i")].map((bar) => Number(bar.style.getPropertyValue("--share"))))) !== before,
        before,
      );
      const described = await page.$eval(".answers .covered", (said) => said.textContent);
      assert.match(described, /^0: \d+%, 1: \d+%, .*9: \d+%$/);
      await pause(page);
      await page.click("#clear-pad");
      assert.deepEqual(await choices(page), ["", "", ""]);
      await page.click("#take-digit");
      await until(page, () => /it is a \d/.test(document.querySelector("#digit-label").textContent));
      await until(page, () => document.querySelector(".answers .choice").textContent);
      await close(page);
    });

    test("a drawing stays when an older answer comes, and only the main button draws", async () => {
      const page = await open(browser, { before: (page) => page.evaluateOnNewDocument(() => {
        // Each answer comes half a second late.
        const Original = Worker;
        globalThis.Worker = class extends Original {
          constructor(...args) {
            super(...args);
            const late = new Set();
            this.addEventListener("message", (event) => {
              if (!event.data.answers || late.delete(event.data)) return;
              event.stopImmediatePropagation();
              late.add(event.data);
              globalThis.answered = (globalThis.answered ?? 0) + 1;
              setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data: event.data })), 500);
            });
          }
        };
      }) });
      await page.click("#show-inside");
      await page.click("#tab-draw");
      const seen = () => page.$eval("#seen", (canvas) => canvas.toDataURL());
      const empty = await seen();
      const pad = await (await page.$("#pad")).boundingBox();
      await page.mouse.move(pad.x + 50, pad.y + 50);
      await page.mouse.down({ button: "right" });
      await page.mouse.move(pad.x + 150, pad.y + 150, { steps: 4 });
      await page.mouse.up({ button: "right" });
      assert.equal(await seen(), empty, "the right button opens menus");
      await stroke(page, [0.5, 0.1], [0.5, 0.9]);
      await until(page, () => globalThis.answered >= 1);
      await stroke(page, [0.1, 0.5], [0.9, 0.5]);
      const drawn = await seen();
      assert.notEqual(drawn, empty);
      await until(page, () => globalThis.answered >= 2);
      await until(page, () => document.querySelector(".answers .choice").textContent);
      assert.equal(await seen(), drawn);
      await page.click("#take-digit");
      await stroke(page, [0.2, 0.2], [0.8, 0.2]);
      const line = await seen();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.equal(await seen(), line, "a test image that comes too late is not shown");
      assert.equal(await text(page, "#digit-label"), "");
      await close(page);
    });

    test("a question that died with its worker is put to the next one", async () => {
      const page = await open(browser, { before: (page) => page.evaluateOnNewDocument(() => {
        const Original = Worker;
        globalThis.Worker = class extends Original {
          constructor(...args) {
            super(...args);
            globalThis.made = this;
          }
        };
      }) });
      await page.click("#show-inside");
      await page.click("#tab-draw");
      await page.evaluate(() => made.terminate());
      await stroke(page, [0.5, 0.1], [0.5, 0.9]);
      await page.evaluate(() => made.dispatchEvent(new ErrorEvent("error", { message: "gone" })));
      await until(page, () => [...document.querySelectorAll(".answers .choice")].every((choice) => choice.textContent));
      await close(page);
    });

    test("arrow keys draw with Shift, and the racers answer", async () => {
      const page = await raced(browser);
      await pause(page);
      await page.click("#show-inside");
      await page.click("#tab-draw");
      await page.focus("#pad");
      const press = async (key, times) => {
        for (let time = 0; time < times; time++) await page.keyboard.press(key);
      };
      await press("ArrowUp", 8);
      assert.deepEqual(await choices(page), ["", "", ""], "arrows alone only move");
      await page.keyboard.down("Shift");
      await press("ArrowDown", 16);
      await page.keyboard.up("Shift");
      await until(page, () => [...document.querySelectorAll(".answers .choice")].every((choice) => choice.textContent));
      const ones = (await choices(page)).filter((choice) => choice === "1").length;
      assert.ok(ones >= 2, `${await choices(page)} for a vertical line`);
      await close(page);
    });
  });
}
