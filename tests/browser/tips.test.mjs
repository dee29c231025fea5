// Every control says what it does: to a pointer, to the keyboard and to a finger; and shows its symbol in the formula.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch } from "./browsers.mjs";
import { close, drag, knob, open } from "./hands.mjs";

// The controls above the lanes and below, by what names each.
const CONTROLS = {
  seed: 'label[for="seed"]',
  "batch size": 'label[for="batch-size"]',
  epochs: 'label[for="epochs"]',
  pace: 'label[for="pace"]',
  smoothing: 'label[for="smoothing"]',
  "target loss": 'label[for="target"]',
  "y axis": 'label[for="y-axis"]',
  "x axis": 'label[for="x-axis"]',
  past: "label:has(> #past)",
  engine: 'label[for="engine"]',
};

const shown = (page) =>
  page.$$eval(".tip", (tips) => tips.filter((tip) => tip.checkVisibility()).map((tip) => tip.textContent.trim()));
const tipsAre = async (page, count, what) => {
  for (let tries = 0; (await shown(page)).length !== count; tries++) {
    assert.ok(tries < 40, `${what}: ${JSON.stringify(await shown(page))}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return shown(page);
};
const middle = async (page, selector) => {
  await page.$eval(selector, (element) => element.scrollIntoView({ block: "center" }));
  return page.$eval(selector, (element) => {
    const { left, top, height } = element.getBoundingClientRect();
    return [left + 8, top + height / 2];
  });
};
const away = async (page) => page.mouse.move(1, 1);
const sentence = (tip, what) => assert.ok(/^[A-Z].{20,}\.$/s.test(tip), `${what}: ${tip}`);

for (const name of ["chromium", "firefox"]) {
  describe(`tips in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("a pointer over a control's name shows what the control does, and so does the keyboard", async () => {
      const page = await open(browser);
      for (const [what, selector] of Object.entries(CONTROLS)) {
        await away(page);
        await page.mouse.move(...(await middle(page, selector)));
        const [tip] = await tipsAre(page, 1, what);
        sentence(tip, what);
      }
      await away(page);
      await tipsAre(page, 0, "nothing is pointed at");
      for (const id of ["seed", "batch-size", "epochs", "pace", "y-axis", "x-axis", "smoothing", "target", "past", "engine"]) {
        // As Tab does: a focus that was not the pointer's.
        await page.$eval(`#${id}`, (control) => control.focus({ focusVisible: true }));
        await page.keyboard.press("Shift");
        sentence((await tipsAre(page, 1, id))[0], id);
        const told = await page.$eval(`#${id}`, (control) =>
          control.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id)?.textContent).join(" "));
        assert.ok(told.length > 20, `${id} is described by it, too`);
      }
      await page.keyboard.press("Escape");
      await tipsAre(page, 0, "Escape puts it away");
      await close(page);
    });

    test("what the y axis says of itself is about what it shows", async () => {
      const page = await open(browser);
      const said = () => page.$eval("#y-axis-tip", (tip) => tip.textContent);
      assert.match(await said(), /cross-entropy/);
      await page.select("#y-axis", "dead_units");
      await page.waitForFunction(() => /hidden units/.test(document.querySelector("#y-axis-tip").textContent));
      await page.select("#y-axis", "test_accuracy");
      await page.waitForFunction(() => /test images/.test(document.querySelector("#y-axis-tip").textContent));
      await close(page);
    });

    test("every knob of every lane explains itself, and lights its symbol while it moves", async () => {
      const page = await open(browser);
      await page.$$eval(".fold", (folds) => folds.forEach((fold) => (fold.open = true)));
      const knobs = await page.$$eval(".knob", (knobs) => knobs.map((knob) => knob.querySelector(".tip").textContent));
      assert.ok(knobs.length > 30);
      knobs.forEach((tip) => sentence(tip, "a knob"));
      const lit = (racer) => page.$$eval(`.lane[data-racer="${racer}"] .formula [data-lit]`, (all) => all.map((each) => each.textContent));
      assert.deepEqual(await lit(2), []);
      await drag(page, knob(2, "beta2", "slider"), 0.4);
      assert.deepEqual([...new Set(await lit(2))], ["β2"]);
      assert.deepEqual(await lit(1), [], "in its own lane alone");
      await away(page);
      await page.focus(knob(2, "learning_rate", "slider"));
      assert.deepEqual([...new Set(await lit(2))], ["α"]);
      await close(page);
    });

    test("a finger taps a name and reads, and taps elsewhere to go on", async () => {
      const page = await open(browser, { viewport: { width: 390, height: 844, isMobile: name === "chromium", hasTouch: name === "chromium" } });
      const tap = async (selector) => page.touchscreen.tap(...(await middle(page, selector)));
      for (const [what, selector] of [...Object.entries(CONTROLS), ["a knob", '.lane[data-racer="1"] label:has(~ .slider)']]) {
        await tap(selector);
        const tips = await tipsAre(page, 1, what);
        sentence(tips[0], what);
        const [left, right] = await page.$$eval(".tip", (tips) => {
          const { left, right } = tips.find((tip) => tip.checkVisibility()).getBoundingClientRect();
          return [left, right];
        });
        assert.ok(left >= 0 && right <= 390, `${what} lies within the page: ${left} to ${right}`);
        await tap("h1");
        await tipsAre(page, 0, what);
      }
      const [x, y] = await middle(page, knob(1, "rho", "slider"));
      const lit = () => page.$$eval('.lane[data-racer="1"] .formula [data-lit]', (all) => all.map((each) => each.textContent));
      await page.touchscreen.touchStart(x + 60, y);
      await page.touchscreen.touchMove(x + 90, y);
      assert.deepEqual([...new Set(await lit())], ["ρ"], "the symbol of what the finger moves");
      await page.touchscreen.touchEnd();
      await close(page);
    });
  });
}
