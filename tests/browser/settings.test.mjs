// What defines a race for all racers, and what a racer is called: set as a person would.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch } from "./browsers.mjs";
import { close, lossesOf, open, state, stepsReached, text, turbo, type } from "./hands.mjs";

const menu = "#race-settings > summary";
const summary = (page) => text(page, "#network");
const says = (page, words) =>
  page.waitForFunction((words) => document.querySelector("#notice").textContent.includes(words), { timeout: 10_000 }, words);
const names = (page, selector) => page.$$eval(selector, (found) => found.map((name) => name.textContent));

// The losses of the first steps, from the start.
const race = async (page, steps = 12) => {
  // Those of the race before must not be taken for them.
  await page.evaluate(() => (globalThis.losses = []));
  await turbo(page);
  await page.click("#start");
  await stepsReached(page, steps);
  await page.click("#start");
  await state(page, "paused", "finished");
  return (await lossesOf(page)).slice(0, 3 * steps);
};

for (const name of ["chromium", "firefox"]) {
  describe(`settings in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("each of the race's settings makes it another race, from the start", async () => {
      const page = await open(browser);
      await page.select("#engine", "cpu");
      await state(page, "ready");
      assert.equal(await summary(page), "784-128-10 ReLU");
      const before = await race(page);
      const set = async (act, words) => {
        await page.click(menu);
        await act();
        await says(page, words);
        await page.keyboard.press("Escape");
        await state(page, "ready", "paused");
        const losses = await race(page);
        assert.notDeepEqual(losses, before, words);
        return losses;
      };
      const all = [
        await set(() => type(page, "#hidden", "64, 32"), "Restarted: network 784-64-32-10"),
        await set(() => page.select("#activation", "tanh"), "Restarted: Activation tanh"),
        await set(() => page.select("#preprocessing", "standardize"), "Restarted: Preprocessing"),
        await set(() => page.select("#init", "glorot_uniform"), "Restarted: Initial weights"),
        await set(() => type(page, "#dropout", "0.25"), "Restarted: Dropout 0.25"),
      ];
      assert.equal(new Set(all.map(String)).size, all.length, "each setting makes a difference");
      assert.equal(await summary(page), "784-64-32-10 tanh");
      const parts = ["hidden=64", "activation=tanh", "dropout=0.25", "init=glorot_uniform", "preprocessing=standardize"];
      const held = (parts) => parts.every((part) => decodeURIComponent(location.hash).includes(part));
      await page.waitForFunction(held, { timeout: 10_000 }, parts);
      await close(page);
    });

    test("a width that no layer can have is refused in a sentence, and the race stays", async () => {
      const page = await open(browser);
      await page.click(menu);
      await type(page, "#hidden", "128, 4");
      assert.match(await text(page, "#hidden ~ .refusal"), /hidden is 4, but must be whole numbers from 8 to 512/i);
      assert.equal(await summary(page), "784-128-10 ReLU");
      await page.click("#hidden", { count: 3 });
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.querySelector("#network").textContent === "784-10");
      assert.equal(await text(page, "#hidden ~ .refusal"), "");
      await close(page);
    });

    test("a racer's name and colour change while it races on; its place changes the race", async () => {
      const page = await open(browser);
      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 60);
      const racer = '.lane[data-racer="2"]';
      await page.click(`${racer} .racer-menu > summary`);
      await type(page, `${racer} .racer-name`, "The favourite");
      await page.waitForFunction(() => document.querySelector('.lane[data-racer="2"] h2 .name').textContent === "The favourite");
      assert.ok((await names(page, "#board .name")).includes("The favourite"));
      const style = (selector) => page.$eval(selector, (element) => getComputedStyle(element).getPropertyValue("--racer").trim());
      const other = await style('.lane[data-racer="1"]');
      await page.click(`${racer} .racer-menu > summary`);
      await page.click(`${racer} .colour:nth-child(6)`);
      await page.waitForFunction(() => document.querySelector('.lane[data-racer="2"] .colour:nth-child(6)').ariaPressed === "true");
      assert.notEqual(await style(racer), other);
      assert.equal(await style(racer), await page.evaluate(() => getComputedStyle(document.body).getPropertyValue("--racer-5").trim()));
      assert.ok((await lossesOf(page)).length >= 180, "the race went on");
      await page.click(`${racer} .racer-menu > summary`);
      await page.click(`${racer} .up`);
      await says(page, "The favourite moves up");
      assert.deepEqual(await names(page, ".lane h2 .name"), ["Gradient descent", "The favourite", "RMSprop"]);
      await page.click('.lane[data-racer="0"] .racer-menu > summary');
      await page.click('.lane[data-racer="0"] .down');
      await says(page, "Gradient descent moves down");
      assert.deepEqual(await names(page, ".lane h2 .name"), ["The favourite", "Gradient descent", "RMSprop"]);
      // The address follows a little later.
      await page.waitForFunction(() => /racer=adam[^&]*colour:5/.test(decodeURIComponent(location.hash)), { timeout: 10_000 });
      await close(page);
    });
  });
}
