// The page for everyone: by keyboard alone, at every width, in either theme, and for those who hear it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import test, { after, before, describe } from "node:test";

import { launch } from "./browsers.mjs";
import { close, knob, lossesOf, open, state, stepsReached, text, turbo, type } from "./hands.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const value = (page, selector) => page.$eval(selector, (input) => input.value);
const visible = (page, selector) =>
  page.$$eval(selector, (all) => all.map((element) => {
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
    // What lies over it does not count as page.
    const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return width > 0 && height > 0 && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight &&
      (element.contains(seen) || seen?.contains(element));
  }));

for (const name of ["chromium", "firefox"]) {
  describe(`the page for everyone in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("axe-core finds nothing at either width, in either theme, in either language", async () => {
      const page = await open(browser, { viewport: DESKTOP });
      await page.evaluate(axe);
      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 30);
      await page.click("#start");
      await page.click("#add-racer");
      await state(page, "ready");
      await page.click("#step");
      await page.waitForFunction(() => losses.length > 0);
      const until = (check) => page.waitForFunction(check);
      // What there is to see, which part of the page it changes, and how one gets there.
      const states = [
        ["racers", "html", () => page.keyboard.press("Escape")],
        ["a racer's menu", "#lanes", () => page.click('.lane[data-racer="0"] .racer-menu summary')],
        ["folds", "#lanes", () => page.$$eval(".fold", (folds) => folds.forEach((fold) => (fold.open = true)))],
        ["keys", "#keys", () => page.click("#show-keys")],
        ["lessons", "#lessons", () => page.keyboard.press("Escape").then(() => page.click("#show-lessons"))],
        ["a lesson", "#lesson", () => page.click("#lessons li:nth-child(4) button")],
        ["the share menu", "#share", () => page.click("#share > summary")],
        ["the race's settings", "#race-settings", () => page.click("#race-settings > summary")],
        ["past races", "#runs", () => page.click("#show-runs").then(() => until(() => document.querySelector("#runs li .results").textContent))],
        ["weights", "#inside", async () => {
          await page.click("#show-inside");
          await until(() => document.querySelector("#inside-weights .said").textContent);
        }],
        ["confusion", "#inside", () => page.click("#tab-confusion")],
        ["mistakes", "#inside", () => page.click("#tab-mistakes")],
        ["drawing", "#inside", async () => {
          await page.click("#tab-draw");
          await page.click("#take-digit");
          await until(() => document.querySelector(".answers .choice").textContent);
        }],
        ["no panel", "html", async () => {
          await page.click("#clear-pad");
          await page.click("#tab-weights");
          await page.click("#inside .dismiss");
          await page.click("#runs .dismiss");
        }],
      ];
      // Any two of a width, a theme and a language meet. What axe-core looks at hangs on the page; that Firefox has the
      // same page, two of these tell.
      const looks = [[DESKTOP, "light", "en"], [PHONE, "dark", "en"], [PHONE, "light", "zh"], [DESKTOP, "dark", "zh"]];
      for (const [viewport, theme, language] of name === "chromium" ? looks : [looks[0], [PHONE, "dark", "zh"]]) {
        await page.setViewport(viewport);
        await page.select("#theme", theme);
        await page.select("#language", language);
        for (const [what, part, enter] of states) {
          await enter();
          const { violations } = await page.evaluate((part) => axe.run(part), part);
          const found = violations.map(({ id, help, nodes }) =>
            `${id}: ${help}\n${nodes.map((node) => `  ${node.target} ${node.failureSummary}`).join("\n")}`);
          assert.deepEqual(found, [], `${what}, ${theme}, ${language}, ${viewport.width} px wide`);
        }
        await page.keyboard.press("Escape");
      }
      await close(page);
    });

    test("keys start, pause, step and reset, and are listed, but never while typing", async () => {
      const page = await open(browser);
      await page.keyboard.press("s");
      await stepsReached(page, 1);
      await page.keyboard.press("s");
      await stepsReached(page, 2);
      await state(page, "paused");
      await page.keyboard.press(" ");
      await state(page, "racing");
      await page.keyboard.press(" ");
      await state(page, "paused");
      await page.keyboard.press("r");
      await state(page, "ready");

      // A field takes its letters for itself, a button its space.
      await page.focus("#seed");
      await page.keyboard.type("s r?");
      assert.match(await value(page, "#seed"), /s r\?/);
      await page.keyboard.press("Escape");
      assert.equal(await value(page, "#seed"), "1");
      await page.focus("#engine");
      await page.keyboard.press("s");
      await page.focus("#step");
      await page.keyboard.press(" ");
      await stepsReached(page, 1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal((await lossesOf(page)).length, 3, "one press, one step");

      // The list takes the focus, keeps it, and gives it back.
      await page.focus("#reset");
      await page.keyboard.type("?");
      await page.waitForSelector("#keys[open]");
      await page.keyboard.press("s");
      for (let tab = 0; tab < 4; tab++) {
        assert.equal(await page.evaluate(() => document.activeElement.closest("body > header, main, footer")), null);
        await page.keyboard.press("Tab");
      }
      assert.match(await text(page, "#keys"), /Space.*Start and pause/);
      await page.keyboard.press("Escape");
      await page.waitForSelector("#keys:not([open])");
      assert.equal(await page.evaluate(() => document.activeElement.id), "reset");
      assert.equal((await lossesOf(page)).length, 3, "no key went through");
      await close(page);
    });

    test("arrows move sliders from one round value to the next", async () => {
      const page = await open(browser);
      const [slider, entry] = ["slider", "entry"].map((kind) => knob(2, "learning_rate", kind));
      await page.focus(slider);
      const after = async (key, expected) => {
        await page.keyboard.press(key);
        await page.waitForFunction((entry, expected) => document.querySelector(entry).value === expected, {}, entry, expected);
        assert.equal(await page.$eval(slider, (input) => input.getAttribute("aria-valuetext")), expected);
      };
      await after("ArrowRight", "0.0012");
      await after("ArrowUp", "0.0015");
      await after("ArrowLeft", "0.0012");
      await after("PageUp", "0.012");
      await after("PageDown", "0.0012");
      await after("End", "10");
      await after("ArrowDown", "8");
      await after("Home", "1e-5");
      await page.focus(knob(2, "beta2", "slider"));
      await page.keyboard.press("ArrowRight");
      assert.equal(await value(page, knob(2, "beta2", "entry")), "0.9992");
      await page.focus("#pace");
      await page.keyboard.press("ArrowRight");
      assert.equal(await text(page, "#pace-value"), "50 steps/s");
      await close(page);
    });

    test("Tab goes through the page in its order, and shows where it is", async () => {
      const page = await open(browser, { viewport: DESKTOP });
      const order = [];
      for (let tab = 0; tab < 30; tab++) {
        await page.keyboard.press("Tab");
        order.push(await page.evaluate(() => {
          const element = document.activeElement;
          const { outlineStyle, outlineWidth } = getComputedStyle(element.closest(":has(> select.bare)") ?? element);
          return { id: element.id || element.className || element.tagName, outline: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 };
        }));
      }
      const ids = order.map(({ id }) => id);
      const wanted = ["theme", "start", "step", "reset", "seed", "batch-size", "epochs", "pace", "add-racer"];
      const places = wanted.map((id) => ids.indexOf(id));
      assert.ok(places.every((place, at) => place >= 0 && (at === 0 || place > places[at - 1])), ids.join(" "));
      assert.deepEqual(order.filter(({ outline }) => !outline).map(({ id }) => id), [], "without an outline");
      await close(page);
    });

    test("at 1280 by 800 the whole race is in view", async () => {
      const page = await open(browser, { viewport: DESKTOP });
      for (const selector of ["#start", "#main-plot", ".lane .slider[data-knob='learning_rate']", ".lane .loss", "#theme"]) {
        const seen = await visible(page, selector);
        assert.ok(seen.length > 0 && seen.every(Boolean), `${selector}: ${seen}`);
      }
      assert.equal((await visible(page, ".lane .slider[data-knob='learning_rate']")).length, 3);
      assert.ok((await page.$eval("#main-chart", (chart) => chart.clientHeight)) >= 280, "the chart is large");
      await close(page);
    });

    test("thumbs hit what they aim at, and nothing overflows, from 360 px upward", async () => {
      const page = await open(browser);
      for (const width of [360, 390, 800, 1280]) {
        await page.setViewport({ width, height: 800 });
        const [inner, content] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
        assert.ok(content <= inner, `${content} px wide at ${inner}`);
        const small = await page.evaluate((least) => {
          const targets = [...document.querySelectorAll("button, summary, select, .button, input:not(.covered)")];
          return targets
            .filter((target) => target.checkVisibility({ visibilityProperty: true }))
            .map((target) => [target.id || target.className, (target.closest("label.tool, label.check") ?? target).getBoundingClientRect()])
            .filter(([, { width, height }]) => width < least || height < least)
            .map(([name, { width, height }]) => `${name} ${width}×${height}`);
        }, width < 760 ? 40 : 24);
        assert.deepEqual(small, [], `targets at ${width} px`);
      }
      await close(page);
    });

    test("the theme follows the system until it is chosen, is remembered, and repaints the charts", async () => {
      const page = await open(browser);
      const picture = () => page.$eval("#main-chart", (chart) => chart.toDataURL());
      const until = async (theme, same) => {
        await page.waitForFunction((theme) => document.documentElement.dataset.theme === theme, {}, theme);
        const [red] = await page.$eval("body", (body) => getComputedStyle(body).backgroundColor.match(/\d+/g));
        assert.equal(red < 60, theme === "dark");
        // The charts follow within a frame or two.
        for (let tries = 0; ((await picture()) === light) !== same; tries++) {
          assert.ok(tries < 50, `the charts are not repainted for ${theme}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      };
      const light = await picture();
      const system = (value) => page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
      if (name === "chromium") {
        await system("dark");
        await until("dark", false);
        await system("light");
      }
      await until("light", true);
      await page.select("#theme", "dark");
      await until("dark", false);
      await page.reload();
      await state(page, "ready");
      assert.equal(await value(page, "#theme"), "dark");
      await until("dark", false);
      await page.select("#theme", "light");
      await until("light", true);
      await page.select("#theme", "auto");
      await close(page);
    });

    // Firefox takes the preference from the system alone.
    if (name === "chromium") test("who wants no motion sees none", async () => {
      for (const [preference, moves] of [["no-preference", true], ["reduce", false]]) {
        const page = await open(browser, {
          before: (page) => page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: preference }]),
        });
        const slides = await page.$eval("#board li", (row) => getComputedStyle(row).transitionDuration !== "0s");
        await page.hover('label[for="y-axis"]');
        await page.waitForFunction(() => getComputedStyle(document.querySelector("#y-axis-tip")).display !== "none");
        const fades = await page.$eval("#y-axis-tip", (tip) => getComputedStyle(tip).animationName !== "none");
        assert.deepEqual([slides, fades], [moves, moves], preference);
        await close(page);
      }
    });

    test("who leads, who is out and who has won is announced", async () => {
      const page = await open(browser);
      await page.evaluate(() => {
        globalThis.said = [];
        const region = document.getElementById("announcer");
        new MutationObserver(() => region.textContent && said.push(region.textContent)).observe(region, { childList: true, subtree: true, characterData: true });
      });
      await type(page, knob(0, "learning_rate", "entry"), "5");
      await type(page, "#epochs", 2);
      await turbo(page);
      await page.click("#start");
      await state(page, "finished");
      const said = await page.evaluate(() => said);
      assert.ok(said.some((words) => /(RMSprop|Adam) leads\./.test(words)), said.join(" | "));
      assert.ok(said.some((words) => /Gradient descent collapsed at step \d+/.test(words)), said.join(" | "));
      assert.match(said.at(-1), /over: (RMSprop|Adam) won/);
      await close(page);
    });
  });
}

test("nothing moves while numbers change", async () => {
  const browser = await launch("chromium");
  try {
    const page = await open(browser, { viewport: DESKTOP });
    await type(page, knob(0, "learning_rate", "entry"), "5");
    await turbo(page);
    await page.evaluate(() => {
      globalThis.shifts = [];
      const observer = new PerformanceObserver((list) => {
        for (const { value, sources } of list.getEntries()) {
          shifts.push(`${value}: ${sources.map(({ node }) => node?.id || node?.className || node?.nodeName).join(" ")}`);
        }
      });
      observer.observe({ type: "layout-shift" });
    });
    await page.click("#start");
    await page.waitForSelector('.lane[data-verdict="collapsed"]', { timeout: 60_000 });
    await stepsReached(page, 1000);
    await page.click("#start");
    await state(page, "paused");
    assert.deepEqual(await page.evaluate(() => shifts), []);
    await close(page);
  } finally {
    await browser.close();
  }
});
