// Sharing and keeping: the address, what can be taken away and brought back.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";

import { launch, url } from "./browsers.mjs";
import { close, keepDownloads, knob, lossesOf, open, save, state, stepsReached, text, turbo, type } from "./hands.mjs";

const hash = (page) => page.evaluate(() => location.hash);
const hashIs = (page, expected) =>
  page.waitForFunction((expected) => location.hash === expected, { timeout: 10_000 }, expected);
const value = (page, selector) => page.$eval(selector, (input) => input.value);
const racers = (page) => page.$$eval(".lane h2 .name", (names) => names.map((name) => name.textContent));

const says = (page, words) =>
  page.waitForFunction((words) => document.querySelector("#notice .text").textContent.includes(words), { timeout: 10_000 }, words);

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

    test("curves, picture, race and programs are saved as what they say they are", async () => {
      const page = await open(browser, { before: keepDownloads });
      await page.click("#share > summary");
      await page.click("#save-curves");
      await says(page, "There is no curve yet");
      await page.keyboard.press("Escape");
      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 40);
      await page.click("#start");
      await state(page, "paused");
      const losses = await lossesOf(page);

      const rows = (await save(page, "#save-curves", "gradprix-curves.csv")).trim().split("\n").map((row) => row.split(","));
      assert.deepEqual(rows[0].slice(0, 4), ["step", "epoch", "images", "Gradient descent.loss"]);
      assert.equal(rows.length - 1, losses.length / 3);
      for (const racer of [0, 1, 2]) {
        const column = rows[0].indexOf(`${["Gradient descent", "RMSprop", "Adam"][racer]}.loss`);
        assert.deepEqual(rows.slice(1).map((row) => Math.fround(row[column])), losses.filter((_, at) => at % 3 === racer));
      }

      await save(page, "#save-picture", "gradprix.png");
      const picture = await page.evaluate(async () => {
        const image = await createImageBitmap(saved["gradprix.png"]);
        const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        const colours = new Set();
        for (let at = 0; at < data.length; at += 4) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
        return { width: image.width, height: image.height, colours: colours.size, type: saved["gradprix.png"].type };
      });
      assert.equal(picture.type, "image/png");
      assert.equal(picture.width, 2000, "twice as fine as the page");
      assert.ok(picture.height > 1040 && picture.colours > 20, JSON.stringify(picture));

      const config = JSON.parse(await save(page, "#save-race", "run.json"));
      assert.deepEqual([config.seed, config.batch_size, config.hidden, config.racers.length], [1, 128, [128], 3]);
      assert.match(await save(page, "#save-python", "race.py"), /import torch[\s\S]*SEED = 1/);
      assert.match(await save(page, "#save-keras", "keras_settings.py"), /keras\.optimizers\.Adam\(/);
      await close(page);
    });

    test("a saved race opens again, and what is no race is refused in a sentence", async () => {
      const folder = mkdtempSync(join(tmpdir(), "gradprix-"));
      const file = (name, content) => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      };
      const page = await open(browser);
      const give = async (path) => {
        await page.click("#share > summary");
        await (await page.$("#import")).uploadFile(path);
        await page.keyboard.press("Escape");
      };
      await give(file("run.json", JSON.stringify({ batch_size: 64, hidden: [32], racers: [{ optimizer: "lion", name: "Leo" }] })));
      await says(page, "the race of the file");
      assert.deepEqual(await racers(page), ["Leo"]);
      assert.deepEqual([await value(page, "#batch-size"), await text(page, "#network")], ["64", "784-32-10 ReLU"]);
      await give(file("wrong.json", JSON.stringify({ batch_size: 4 })));
      await says(page, "Batch_size is 4, but must be a whole number from 8 to 1024");
      await give(file("broken.json", "{"));
      await says(page, "it holds no JSON");
      assert.deepEqual(await racers(page), ["Leo"], "the race stays");
      // Dropped on the page, it does the same.
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.items.add(new File(['{"seed": 9}'], "other.json", { type: "application/json" }));
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
      });
      await page.waitForFunction(() => document.querySelector("#seed").value === "9", { timeout: 10_000 });
      assert.equal((await racers(page)).length, 3);
      rmSync(folder, { recursive: true });
      await close(page);
    });

    test("the link is copied, or stands ready to be", async () => {
      const page = await open(browser);
      await type(page, "#seed", 12);
      await page.click("#share > summary");
      await page.click("#copy-link");
      await page.waitForFunction(() => document.querySelector("#link-said").textContent, { timeout: 10_000 });
      const link = await value(page, "#link");
      assert.ok(link.startsWith(url) && link.endsWith("#v=1&seed=12"), link);
      if ((await text(page, "#link-said")) !== "Copied") {
        const selected = await page.$eval("#link", (field) => field.value.slice(field.selectionStart, field.selectionEnd));
        assert.equal(selected, link);
      }
      await close(page);
    });
  });
}
