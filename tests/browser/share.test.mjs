// Sharing and keeping: the address, what can be taken away and brought back.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch, url } from "./browsers.mjs";
import { close, knob, open, state, text, turbo, type } from "./hands.mjs";

const hash = (page) => page.evaluate(() => location.hash);
const hashIs = (page, expected) =>
  page.waitForFunction((expected) => location.hash === expected, { timeout: 10_000 }, expected);
const value = (page, selector) => page.$eval(selector, (input) => input.value);
const racers = (page) => page.$$eval(".lane h2 .name", (names) => names.map((name) => name.textContent));

for (const name of ["chromium", "firefox"]) {
  describe(`sharing in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("the address holds what was set, and gives the same race elsewhere", async () => {
      const page = await open(browser);
      assert.equal(await hash(page), "", "nothing differs from the defaults");
      await type(page, "#seed", 7);
      await type(page, "#epochs", 2);
      await type(page, knob(2, "learning_rate", "entry"), "0.01");
      const expected = "#v=1&seed=7&epochs=2&racer=gd&racer=rmsprop&racer=adam,learning_rate:0.01";
      await hashIs(page, expected);
      const other = await open(browser, { site: await page.evaluate(() => location.href) });
      assert.deepEqual(
        [await value(other, "#seed"), await value(other, "#epochs"), await value(other, knob(2, "learning_rate", "entry"))],
        ["7", "2", "0.01"],
      );
      await other.select("#language", "zh");
      await type(other, "#seed", 1);
      await type(other, "#epochs", 5);
      await type(other, knob(2, "learning_rate", "entry"), "0.001");
      await hashIs(other, "");
      assert.match(await other.evaluate(() => location.search), /lang=zh/, "the language stays in the link");
      await close(other);
      await close(page);
    });

    test("an address that was changed starts its race, and what it does not understand is named", async () => {
      const page = await open(browser, { site: `${url}#v=1&batch_size=9999&sead=3&racer=lion,name:L%2C%20%E5%86%B2&racer=gd` });
      assert.deepEqual(await racers(page), ["L, 冲", "Gradient descent"]);
      assert.equal(await value(page, "#batch-size"), "1024", "out of range: the range's end");
      assert.match(await text(page, "#notice"), /left out: sead=3/);
      await page.evaluate(() => (location.hash = "v=1&seed=5&racer=adam&racer=adam"));
      await page.waitForFunction(() => document.querySelector("#seed").value === "5");
      assert.deepEqual(await racers(page), ["Adam 1", "Adam 2"]);
      await state(page, "ready");
      await page.evaluate(() => (location.hash = "main-chart"));
      await turbo(page);
      await page.click("#start");
      await page.waitForFunction(() => Number(document.body.dataset.steps) > 20, { timeout: 60_000 });
      assert.deepEqual(await racers(page), ["Adam 1", "Adam 2"], "a place in the page is no race");
      await close(page);
    });
  });
}
