// Reading the race as a person does, in both browsers: with a real pointer, a wheel and keys.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch } from "../browsers.mjs";
import { close, lossesOf, open, state, stepsReached, text, turbo, type } from "../hands.mjs";

const RACERS = ["Gradient descent", "RMSprop", "Adam"];

// The moving average by its definition, at `step`.
const smoothed = (losses, racer, step, smoothing = 0.9) => {
  let [sum, weights] = [0, 0];
  for (let at = 0; at <= step; at++) {
    const weight = smoothing ** (step - at);
    sum += weight * losses[3 * at + racer];
    weights += weight;
  }
  return sum / weights;
};

// A race that stands after a bit more than so many steps.
const raced = async (browser, steps, options) => {
  const page = await open(browser, { viewport: { width: 1280, height: 800 }, ...options });
  await turbo(page);
  await page.click("#start");
  await stepsReached(page, steps);
  await page.click("#start");
  await state(page, "paused");
  // The wheel does not scroll the page first.
  await page.evaluate(() => scrollTo(0, 0));
  return page;
};

// Where the plot is on the screen; its edges follow from what the crosshair snaps to.
const chart = async (page) => (await page.$("#main-chart")).boundingBox();
const point = async (page, share, height = 0.5) => {
  const { x, y, width, height: high } = await chart(page);
  await page.mouse.move(x + share * width, y + height * high);
};
// Lets a frame pass, in which what was done shows.
const frame = (page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

// The rows of the board as a reader sees them, from top to bottom.
const board = async (page) => {
  await frame(page);
  return page.$$eval("#board li", (rows) =>
    rows
      .map((row) => ({
        place: Number(row.style.getPropertyValue("--place")),
        ...Object.fromEntries(["name", "value", "detail"].map((part) => [part, row.querySelector(`.${part}`).textContent])),
      }))
      .sort((a, b) => a.place - b.place));
};
const stepUnder = async (page) => {
  await frame(page);
  const when = await text(page, "#board .when");
  return Number(/^Step ([\d,]+)/.exec(when)?.[1].replaceAll(",", "") ?? NaN);
};
const zoomed = (page) => page.$eval("#main-plot", (plot) => plot.hasAttribute("data-zoomed"));
const crosshairs = (page) => page.$$eval(".reader", (lines) => lines.map((line) => !line.hidden));

for (const name of ["chromium", "firefox"]) {
  describe(`reading in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("one crosshair over all charts says the exact step and every racer's value, sorted, and moves nothing", async () => {
      const page = await raced(browser, 150);
      const losses = await lossesOf(page);
      const before = await (await page.$("#board")).boundingBox();
      await point(page, 0.4);
      const step = await stepUnder(page);
      assert.ok(step > 20 && step < 150, `step ${step}`);
      assert.deepEqual(await crosshairs(page), [true, true, true, true]);
      const rows = await board(page);
      for (const { name, value, detail } of rows) {
        const racer = RACERS.indexOf(name);
        assert.equal(value, smoothed(losses, racer, step).toFixed(4), `${name} at step ${step}`);
        assert.equal(detail, `unsmoothed ${losses[3 * step + racer].toFixed(4)}`);
      }
      assert.deepEqual(rows.map(({ value }) => Number(value)), rows.map(({ value }) => Number(value)).sort((a, b) => a - b));
      assert.deepEqual(await (await page.$("#board")).boundingBox(), before);
      // Over a lane's chart, too.
      const lane = await (await page.$('.lane[data-racer="1"] canvas')).boundingBox();
      await page.mouse.move(lane.x + 0.3 * lane.width, lane.y + lane.height / 3);
      assert.ok(Math.abs((await stepUnder(page)) - step) < 60);
      assert.deepEqual(await crosshairs(page), [true, true, true, true]);
      await page.mouse.move(5, 5);
      assert.ok(Number.isNaN(await stepUnder(page)));
      assert.deepEqual(await crosshairs(page), [false, false, false, false]);
      await close(page);
    });

    test("keys move the crosshair to any step", async () => {
      const page = await raced(browser, 120);
      const losses = await lossesOf(page);
      await page.focus("#main-plot .crosshair");
      await page.keyboard.press("Home");
      assert.equal(await stepUnder(page), 0);
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      assert.equal(await stepUnder(page), 3);
      await page.keyboard.press("ArrowLeft");
      assert.equal(await stepUnder(page), 2);
      const spoken = await page.$eval("#main-plot .crosshair", (slider) => slider.getAttribute("aria-valuetext"));
      for (const [racer, name] of RACERS.entries()) {
        assert.ok(spoken.includes(`${name} ${smoothed(losses, racer, 2).toFixed(4)}`), spoken);
      }
      await page.keyboard.press("End");
      assert.equal(await stepUnder(page), losses.length / 3 - 1);
      await page.keyboard.press("Escape");
      assert.ok(Number.isNaN(await stepUnder(page)));
      await close(page);
    });

    test("a pulled rectangle zooms, shift pulls the curves, the wheel turns, and a double click shows all again", async () => {
      const page = await raced(browser, 300);
      const { x, y, width, height } = await chart(page);
      await point(page, 0.2);
      const left = await stepUnder(page);
      await page.mouse.down();
      await page.mouse.move(x + 0.5 * width, y + 0.5 * height, { steps: 4 });
      assert.equal(await page.$eval("#main-plot .mark", (mark) => mark.hidden), false);
      const right = await stepUnder(page);
      await page.mouse.up();
      await frame(page);
      assert.ok(await zoomed(page));
      await point(page, 0.01);
      assert.ok(Math.abs((await stepUnder(page)) - left) <= 2, `${await stepUnder(page)} at the left edge, not ${left}`);
      await point(page, 0.5);
      const middle = await stepUnder(page);
      assert.ok(Math.abs(middle - (left + right) / 2) < 0.1 * (right - left));

      await page.keyboard.down("Shift");
      await page.mouse.down();
      await page.mouse.move(x + 0.7 * width, y + 0.5 * height, { steps: 4 });
      assert.ok(Math.abs((await stepUnder(page)) - middle) <= 2, "the curves go with the pointer");
      await page.mouse.up();
      await page.keyboard.up("Shift");

      const held = await stepUnder(page);
      await page.mouse.wheel({ deltaY: -300 });
      assert.ok(Math.abs((await stepUnder(page)) - held) <= 2, "what is under the pointer stays");
      await point(page, 0.9);
      assert.ok((await stepUnder(page)) - held < 0.2 * (right - left), "less is shown than before");
      for (let turn = 0; turn < 12; turn++) await page.mouse.wheel({ deltaY: 300 });
      await page.waitForFunction(() => !document.getElementById("main-plot").hasAttribute("data-zoomed"));

      // What the wheel turned beyond scrolled the page, and would do so until it rests.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
      await page.evaluate(() => scrollTo(0, 0));
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
      await page.mouse.wheel({ deltaY: -300 });
      await page.waitForFunction(() => document.getElementById("main-plot").hasAttribute("data-zoomed"));
      await page.mouse.click(x + 0.5 * width, y + 0.5 * height, { count: 2 });
      await frame(page);
      assert.equal(await zoomed(page), false);
      await page.mouse.wheel({ deltaY: -300 });
      await page.waitForSelector("#main-plot .whole", { visible: true });
      await page.click("#main-plot .whole");
      await frame(page);
      assert.equal(await zoomed(page), false);
      await close(page);
    });

    test("it zooms while the race goes on, and the part stays", async () => {
      const page = await open(browser, { viewport: { width: 1280, height: 800 } });
      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 100);
      await page.focus("#main-plot .crosshair");
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      await point(page, 0.3);
      const step = await stepUnder(page);
      await stepsReached(page, 400);
      assert.ok(await zoomed(page));
      assert.equal(await stepUnder(page), step);
      await page.keyboard.press("0");
      await frame(page);
      assert.equal(await zoomed(page), false);
      await close(page);
    });

    test("the x axis counts epochs, images and seconds, linear or logarithmic", async () => {
      const page = await raced(browser, 120);
      await point(page, 0.3);
      const linear = await stepUnder(page);
      for (const unit of ["epochs", "images", "seconds", "steps"]) {
        await page.select("#x-axis", unit);
        await point(page, 0.3);
        const step = await stepUnder(page);
        assert.ok(step >= 0, unit);
        if (unit !== "seconds") assert.ok(Math.abs(step - linear) <= 2, `${unit}: ${step}, not ${linear}`);
        const [epoch, images] = /epoch ([\d.]+) · ([\d,]+) images/.exec(await text(page, "#board .when")).slice(1);
        assert.equal(Number(images.replaceAll(",", "")), 128 * step);
        assert.ok(Math.abs(Number(epoch) * 60_000 - 128 * step) < 700);
      }
      await page.click("#log-x");
      await point(page, 0.3);
      assert.ok((await stepUnder(page)) < linear / 3, "the first steps have more room");
      await close(page);
    });

    test("smoothing changes the whole past, and any metric can be read", async () => {
      const page = await raced(browser, 120);
      const losses = await lossesOf(page);
      await page.focus("#smoothing");
      await page.keyboard.press("Home");
      await point(page, 0.2);
      const step = await stepUnder(page);
      for (const { name, value } of await board(page)) {
        assert.equal(value, losses[3 * step + RACERS.indexOf(name)].toFixed(4), "without smoothing, the loss itself");
      }
      await page.select("#y-axis", "learning_rate");
      await point(page, 0.2);
      assert.deepEqual((await board(page)).map(({ value }) => value), ["0.001", "0.001", "0.1"]);
      await page.select("#y-axis", "test_accuracy");
      await point(page, 0.3);
      const rows = await board(page);
      assert.ok(rows.every(({ value, detail }) => /^\d\d\.\d+%$/.test(value) && /test images/.test(detail)), JSON.stringify(rows));
      const accuracies = rows.map(({ value }) => parseFloat(value));
      assert.deepEqual(accuracies, [...accuracies].sort((a, b) => b - a), "the most first");
      await close(page);
    });

    test("the target is typed, pulled and moved by keys, and says who reached it when", async () => {
      const page = await raced(browser, 250);
      const losses = await lossesOf(page);
      const reached = (racer, target) => {
        const steps = Array.from({ length: losses.length / 3 }, (_, step) => step);
        return steps.find((step) => Math.fround(smoothed(losses, racer, step)) <= target);
      };
      await type(page, "#target", "0.5");
      await page.mouse.move(5, 5);
      for (const { name, detail } of await board(page)) {
        const step = reached(RACERS.indexOf(name), 0.5);
        const images = (128 * step).toLocaleString("en");
        assert.ok(detail.startsWith(`step ${step} · ${images} images · `) && /[\d.]+ s$/.test(detail), `${name}: ${detail}`);
      }
      await type(page, "#target", "0.001");
      assert.ok((await board(page)).every(({ detail }) => detail === "not reached yet"));
      await type(page, "#target", "0.5");
      await frame(page);
      const line = await (await page.$("#main-plot .target")).boundingBox();
      await page.mouse.move(line.x + line.width / 2, line.y + line.height / 2);
      await page.mouse.down();
      await page.mouse.move(line.x + line.width / 2, line.y - 30, { steps: 4 });
      await page.mouse.up();
      await frame(page);
      const target = () => page.$eval("#target", (input) => Number(input.value));
      const pulled = await target();
      assert.ok(pulled > 0.55 && pulled < 1.5, `pulled to ${pulled}`);
      assert.equal(await zoomed(page), false, "pulling the line is no zoom");
      await page.focus("#main-plot .target");
      await page.keyboard.press("ArrowDown");
      await frame(page);
      assert.ok((await target()) < pulled);
      await type(page, "#target", "");
      await page.click("#target", { count: 3 });
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Enter");
      await frame(page);
      assert.equal(await page.$eval("#main-plot .target", (line) => line.hidden), true);
      await type(page, "#target", "20");
      assert.match(await text(page, ".view .refusal"), /20.*from 0\.0001 to 10/);
      await close(page);
    });

    test("the standings are in order, and a race that was stays as a ghost until it is hidden", async () => {
      const page = await raced(browser, 200);
      await page.mouse.move(5, 5);
      const rows = await board(page);
      const values = rows.map(({ value }) => Number(value));
      assert.deepEqual(values, [...values].sort((a, b) => a - b));
      assert.deepEqual(await page.$$eval("#board .place", (all) => all.map((place) => place.textContent).sort()), ["1st", "2nd", "3rd"]);
      const ink = () =>
        page.$eval("#main-chart", (canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let inked = 0;
          for (let at = 0; at < data.length; at += 4) if (data[at] !== data[0]) inked++;
          return inked;
        });
      await page.click("#reset");
      await page.waitForFunction(() => document.body.dataset.state === "ready" && document.body.dataset.steps === "0");
      await frame(page);
      const withGhosts = await ink();
      await page.click("#past");
      await frame(page);
      assert.ok(withGhosts > (await ink()) + 300, "the ghosts are gone");
      await close(page);
    });
  });
}

test("fingers read, spread and scroll on a phone", async () => {
  const browser = await launch("chromium");
  try {
    const page = await raced(browser, 150, { viewport: { width: 390, height: 844, hasTouch: true, isMobile: true } });
    await page.$eval("#main-chart", (canvas) => canvas.scrollIntoView({ block: "center" }));
    const { x, y, width, height } = await chart(page);
    await page.touchscreen.tap(x + 0.4 * width, y + 0.5 * height);
    assert.ok((await stepUnder(page)) > 0, "a touch reads");
    const client = await page.createCDPSession();
    const touch = (type, ...places) =>
      client.send("Input.dispatchTouchEvent", { type, touchPoints: places.map(([x, y], id) => ({ x, y, id })) });
    const at = (share) => [x + share * width, y + height / 2];
    await touch("touchStart", at(0.45), at(0.55));
    for (let step = 1; step <= 5; step++) await touch("touchMove", at(0.45 - 0.05 * step), at(0.55 + 0.05 * step));
    await touch("touchEnd");
    await frame(page);
    assert.ok(await zoomed(page), "two fingers zoom");
    assert.equal(await page.$eval("#main-plot", (plot) => getComputedStyle(plot).touchAction), "pan-y", "one finger scrolls");
    await close(page);
  } finally {
    await browser.close();
  }
});
