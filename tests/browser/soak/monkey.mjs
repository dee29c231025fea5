// Ten thousand things done at random within a minute while the race runs: nothing breaks, nothing sticks, and a reset
// gives bitwise the race that it gave before. MONKEY_SEED repeats a run.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch } from "../browsers.mjs";
import { close, lossesOf, open, state, stepsReached, turbo } from "../hands.mjs";

const ACTIONS = 10_000;
const SECONDS = 60;
const BATCH = 250;
const COMPARED = 150;
const SEED = Number(process.env.MONKEY_SEED ?? Date.now() % 100_000);

const WIDTHS = [360, 390, 640, 768, 980, 1280, 1600];

// In the page: does `count` things drawn by a generator that starts at `seed`, `rate` a second: on a busy machine more in
// each frame.
const act = async (seed, count, rate) => {
  let drawn = seed;
  // Mulberry32.
  const random = () => {
    drawn = (drawn + 0x6d2b79f5) | 0;
    let mixed = Math.imul(drawn ^ (drawn >>> 15), 1 | drawn);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = (list) => list[Math.floor(random() * list.length)];
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const say = (element, event) => element.dispatchEvent(new Event(event, { bubbles: true }));
  const press = (target, key, shiftKey = false) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
  const pointer = (target, type) => {
    const { left, top, width, height } = target.getBoundingClientRect();
    const place = { clientX: left + random() * width, clientY: top + random() * height };
    target.dispatchEvent(new PointerEvent(type, { ...place, pointerId: 1, isPrimary: true, bubbles: true, cancelable: true }));
  };
  const words = ["", "0", "1", "-1", "1e-9", "1e300", "NaN", "∞", "0,01", "3e-4", "1000000", "adam", "<b>x</b>", "64, 32", "8-8-8", "   "];
  const kinds = [
    // What saves a file or asks for one would leave the page.
    () => pick(shown("button:not([id^='save-']):not([disabled]), summary"))?.click(),
    () => pick(shown("button:not([id^='save-']):not([disabled]), summary"))?.click(),
    () => pick(shown("#start, #reset, #step"))?.click(),
    () => {
      const slider = pick(shown("input[type=range]"));
      if (!slider) return;
      slider.value = Number(slider.min) + random() * (slider.max - slider.min);
      say(slider, "input");
      if (random() < 0.5) say(slider, "change");
    },
    () => {
      const slider = pick(shown("input[type=range]"));
      if (slider) press(slider, pick(["ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End"]));
    },
    () => {
      const select = pick(shown("select"));
      // The GPU engine on a software adapter is not what this is about.
      if (!select || select.id === "engine") return;
      select.selectedIndex = Math.floor(random() * select.options.length);
      say(select, "change");
    },
    () => pick(shown("input[type=checkbox]"))?.click(),
    () => {
      const field = pick(shown("input[type=text]"));
      if (!field) return;
      field.focus();
      field.value = pick(words);
      say(field, "input");
      say(field, "change");
    },
    () => {
      const plot = pick(shown("#main-plot, #main-plot .crosshair, #main-plot .target, #pad"));
      if (plot) pointer(plot, pick(["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"]));
    },
    () => {
      const plot = document.querySelector("#main-plot");
      const { left, top, width, height } = plot.getBoundingClientRect();
      plot.dispatchEvent(new WheelEvent("wheel", {
        clientX: left + random() * width, clientY: top + random() * height, deltaY: 400 * (random() - 0.5), bubbles: true, cancelable: true,
      }));
    },
    () => press(document.activeElement ?? document.body, pick([" ", "s", "r", "?", "Escape", "ArrowUp", "ArrowDown", "+", "-", "0"]), random() < 0.3),
  ];
  const start = performance.now();
  for (let at = 0; at < count; at++) {
    pick(kinds)();
    while (performance.now() - start < (1000 * at) / rate) await new Promise(requestAnimationFrame);
  }
};

const race = async (page) => {
  await turbo(page);
  await page.click("#start");
  await stepsReached(page, COMPARED);
  await page.click("#start");
  await state(page, "paused", "finished");
  return (await lossesOf(page)).slice(0, 3 * COMPARED);
};

for (const name of ["chromium", "firefox"]) {
  describe(`done at random in ${name}, seed ${SEED}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test(`${ACTIONS} things break nothing`, async () => {
      const page = await open(browser);
      const complaints = [];
      page.on("console", (message) => ["error", "assert"].includes(message.type()) && complaints.push(message.text()));
      const expected = await race(page);
      const start = Date.now();
      let done = 0;
      while (done < ACTIONS) {
        await page.evaluate(act, SEED + done, BATCH, (1.2 * ACTIONS) / SECONDS);
        done += BATCH;
        await page.setViewport({ width: WIDTHS[(done / BATCH) % WIDTHS.length], height: 600 + (done % 700) });
        assert.deepEqual(complaints, [], `after ${done} things`);
      }
      const seconds = (Date.now() - start) / 1000;
      console.log(`${name}: ${done} things in ${seconds.toFixed(0)} s`);
      await page.setViewport({ width: 1280, height: 1100 });
      await page.evaluate(() => {
        document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
        location.hash = "#v=1";
      });
      // The race of the address stands at its start, whatever was asked before it.
      await page.waitForFunction(() => document.querySelectorAll(".lane").length === 3 && document.querySelector("#batch-size").value === "128");
      await page.waitForFunction(() => ["ready", "racing", "paused"].includes(document.body.dataset.state));
      if ((await page.$eval("body", (body) => body.dataset.state)) === "racing") await page.click("#start");
      await page.click("#reset");
      await page.waitForFunction(() => document.body.dataset.state === "ready" && document.body.dataset.steps === "0" && losses.length === 0, { timeout: 30_000 });
      assert.deepEqual(await race(page), expected, "the same race as before");
      assert.deepEqual(complaints, []);
      assert.ok(seconds <= SECONDS, `${done} things took ${seconds} s`);
      await close(page);
    });
  });
}
