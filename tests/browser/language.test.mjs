// The page in Chinese: everything that can be read or heard, by a real choice, by the system's language, by the link.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch, url } from "./browsers.mjs";
import { close, knob, lossesOf, open, stepsReached, text, turbo, type } from "./hands.mjs";

// What is the same in both languages: names and units.
const NAMES = /\b(GradPrix|English|MNIST|WebGPU|CPU|SIMD|RMSprop|Adam|AdamW|AMSGrad|NAdam|Adagrad|Adadelta|Lion|ReLU|GELU|tanh|PyTorch)\b/g;

// Every text, and everything that a screen reader says, that has a Latin word but none in Chinese.
const english = (page) =>
  page.evaluate((names) => {
    const same = new RegExp(names, "g");
    const lacks = (text) => !/[\u4e00-\u9fff]/.test(text) && /[A-Za-z]{2}/.test(text.replace(same, " "));
    const found = [];
    const read = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = read.nextNode(); node; node = read.nextNode()) {
      const within = node.parentElement.closest("script, style, noscript, template, math, kbd");
      if (!within && lacks(node.data)) found.push(node.data.trim());
    }
    for (const name of ["aria-label", "aria-valuetext", "title", "placeholder"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        if (lacks(element.getAttribute(name))) found.push(`${name}: ${element.getAttribute(name)}`);
      }
    }
    if (lacks(document.title)) found.push(document.title);
    return found;
  }, NAMES.source);

// The page's texts and labels, to be the same after there and back.
const everything = (page) =>
  page.evaluate(() => {
    const all = [document.title, document.body.innerText];
    for (const element of document.querySelectorAll("[aria-label], [title]")) {
      all.push(element.getAttribute("aria-label"), element.title);
    }
    return all;
  });

const language = (page) => page.$eval("html", (root) => root.lang);

for (const name of ["chromium", "firefox"]) {
  describe(`the languages in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("everything is said in Chinese, at once and while the race goes on, and in English again", async () => {
      const page = await open(browser);
      await type(page, knob(0, "learning_rate", "entry"), "20");
      const before = await everything(page);
      assert.equal(await language(page), "en");
      assert.ok((await english(page)).length > 30, "the test sees English where there is some");

      await page.select("#language", "zh");
      assert.equal(await language(page), "zh-Hans");
      assert.deepEqual(await english(page), []);
      assert.match(await text(page, '.lane[data-racer="0"] .knobs .refusal'), /学习率 的值是 20，但应为介于 0\.00001 和 10 之间的数。/);

      await page.select("#language", "en");
      assert.deepEqual(await everything(page), before);

      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 60);
      await page.select("#language", "zh");
      const steps = (await lossesOf(page)).length;
      await page.click("#add-racer");
      await page.waitForFunction(() => document.querySelectorAll(".lane").length === 4);
      await page.waitForFunction(() => /已重新开始：AdamW 加入/.test(document.querySelector("#notice").textContent));
      await stepsReached(page, 60);
      assert.ok(steps >= 180, "switching lost nothing");
      assert.match(await text(page, "#progress"), /第 [\d,]+ 步/);
      assert.deepEqual(await english(page), []);
      await close(page);
    });

    test("the link says it, and the browser remembers a choice", async () => {
      const page = await open(browser, { site: `${url}?lang=zh` });
      assert.equal(await language(page), "zh-Hans");
      await page.goto(url);
      assert.equal(await language(page), "en", "a link's language is not kept");
      await page.select("#language", "zh");
      assert.match(page.url(), /[?&]lang=zh\b/);
      await page.goto(url);
      assert.equal(await language(page), "zh-Hans", "a chosen one is");
      assert.equal(await page.$eval("#language", (select) => select.value), "zh");
      await close(page);
    });
  });
}

test("the system's language comes first", async () => {
  const browser = await launch("chromium");
  try {
    const before = (page) =>
      page.evaluateOnNewDocument(() => Object.defineProperty(navigator, "languages", { get: () => ["fr-FR", "zh-CN", "en"] }));
    const page = await open(browser, { before });
    assert.equal(await language(page), "zh-Hans");
    assert.deepEqual(await english(page), []);
    await close(page);
  } finally {
    await browser.close();
  }
});
