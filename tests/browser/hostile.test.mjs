// What comes from outside runs no script, changes nothing but what it may, and stops nothing; and what the page's policy
// forbids, the page does not do.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";

import { launch, url, urlWithoutData } from "./browsers.mjs";
import { close, open, said, state, stepsReached, text, turbo, type } from "./hands.mjs";

// As a racer's name, of at most 40 characters.
const NAMES = ["<img src=x onerror=pwned=1>", '"><svg onload=pwned=1>', "<script>pwned=1</script>", "${pwned=1}'-pwned-'", "javascript:pwned=1"];

const watch = async (page) => {
  page.complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(message.text());
  });
  await page.evaluateOnNewDocument(() => {
    globalThis.violations = [];
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
      violations.push(`${violatedDirective}: ${blockedURI} ${sample}`));
  });
};

// Nothing that was put in became more than text.
const unharmed = async (page) => {
  const found = await page.evaluate(() => ({
    harm: [globalThis.pwned, {}.polluted].filter(Boolean),
    elements: Array.from(document.querySelectorAll("img, iframe, object, embed, base, [onerror], [onload], script:not([src])"),
      (element) => element.outerHTML),
    violations,
  }));
  assert.deepEqual(found, { harm: [], elements: [], violations: [] });
  assert.deepEqual(page.complaints, []);
};

const racers = (page) => page.$$eval(".lane h2 .name", (names) => names.map((name) => name.textContent));
const races = async (page) => {
  await page.waitForFunction(() => document.body.dataset.state !== "loading");
  if ((await page.$eval("body", (body) => body.dataset.state)) !== "racing") await page.click("#start");
  await page.waitForFunction(() => Number(document.body.dataset.steps) > 10, { timeout: 30_000 });
};

for (const name of ["chromium", "firefox"]) {
  describe(`the page against the hostile in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("an ordinary visit does nothing that the policy forbids, and the policy forbids what it should", async () => {
      const page = await open(browser, { before: watch });
      const stated = await page.$eval("meta[http-equiv]", (meta) => meta.content);
      for (const file of ["", "worker.js", "gradprix.js"]) {
        const { headers } = await fetch(`${url}${file}`);
        assert.equal(headers.get("content-security-policy"), `${stated}; frame-ancestors 'none'`, file);
      }
      await page.click("#start");
      await stepsReached(page, 20);
      await page.click("#add-racer");
      await page.select("#theme", "dark");
      await page.select("#language", "zh");
      await page.select("#language", "en");
      await page.click("#show-inside");
      await page.click("#tab-draw");
      await page.click("#take-digit");
      await page.waitForFunction(() => document.querySelector(".answers .choice").textContent);
      for (const form of ["curves", "picture", "race", "python"]) {
        await page.click("#share > summary");
        await page.click(`#save-${form}`);
        await page.keyboard.press("Escape");
      }
      await page.click("#show-keys");
      await page.click("#keys .dismiss");
      await page.click("#show-lessons");
      await page.click("#lessons ol button");
      await races(page);
      await unharmed(page);

      // It is in force.
      const blocked = await page.evaluate(async () => {
        const script = document.createElement("script");
        script.textContent = "pwned = 1";
        document.body.append(script);
        const part = document.createElement("div");
        part.innerHTML = "<img src=x onerror=pwned=1><p style='color: red'>";
        document.body.append(part);
        // In a task of the page's own: the browser lets a test's do more.
        const refused = (act) => new Promise(setTimeout).then(act).then(() => false, () => true);
        return {
          pwned: Boolean(globalThis.pwned),
          coloured: part.querySelector("p").style.length > 0,
          eval: await refused(() => new Function("return 1")()),
          elsewhere: await refused(() => fetch("http://localhost:1/", { mode: "no-cors" })),
          violations: await new Promise((resolve) => setTimeout(() => resolve(violations.map((one) => one.split(":")[0])), 200)),
        };
      });
      assert.deepEqual({ ...blocked, violations: null }, { pwned: false, coloured: false, eval: true, elsewhere: true, violations: null });
      for (const directive of ["script-src-elem", "script-src-attr", "style-src-attr", "script-src", "connect-src"]) {
        assert.ok(blocked.violations.includes(directive), `${directive}: ${blocked.violations}`);
      }
      // Firefox counts these among a page's errors.
      page.errors = page.errors.filter((error) => !error.startsWith("Content-Security-Policy"));
      await close(page);
    });

    test("names from fields, addresses and files stay text", async () => {
      const address = NAMES.map((name) => `racer=gd,name:${encodeURIComponent(name)}`).join("&");
      const page = await open(browser, { before: watch, site: `${url}#v=1&${address}&<b>=%3Cimg src=x onerror=pwned=1%3E` });
      assert.deepEqual(await racers(page), NAMES);
      assert.match(await text(page, "#notice"), /left out: <b>=<img src=x onerror=pwned=1>/);
      await unharmed(page);
      for (const name of NAMES) {
        await page.click('.lane[data-racer="0"] .racer-menu > summary');
        await type(page, '.lane[data-racer="0"] .racer-name', name);
        await page.waitForFunction((name) => document.querySelector(".lane h2 .name").textContent === name, {}, name);
        await page.keyboard.press("Escape");
      }
      const files = [
        [`{"racers": ${JSON.stringify(NAMES.map((name) => ({ optimizer: "adam", name })))}}`, "race.json"],
        ["no data", "<img src=x onerror=pwned=1>"],
        ["{", "<img src=x onerror=pwned=1>.json"],
        [`{"<img src=x onerror=pwned=1>": 1}`, "field.json"],
        [`{"seed": "<img src=x onerror=pwned=1>"}`, "value.json"],
      ];
      for (const [content, name] of files) {
        const sentence = await page.evaluate(async (content, name) => {
          const notice = document.querySelector("#notice .text");
          notice.textContent = "";
          const data = new DataTransfer();
          data.items.add(new File([content], name));
          document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
          // "Reading your files" comes first.
          while (!/\.$|Restarted/.test(notice.textContent)) await new Promise((resolve) => setTimeout(resolve, 20));
          return notice.textContent;
        }, content, name);
        assert.ok(name === "race.json" || /onerror=pwned=1|no JSON/.test(sentence), sentence);
      }
      assert.deepEqual(await racers(page), NAMES);
      await turbo(page);
      await races(page);
      await unharmed(page);
      await close(page);
    });

    test("addresses and races that mean nothing are named, bounded, and stop nothing", async () => {
      const page = await open(browser, { before: watch, site: urlWithoutData });
      await turbo(page);
      for (const address of [
        "%", "%%%=%E0%A4%A", "v=99&__proto__=1&constructor=2", "=", "&&&=&=&", "racer=", "racer=adam,learning_rate:1e999",
        "seed=-1e308&batch_size=NaN&epochs=Infinity&hidden=99999-0-1e99", `hidden=${"8-".repeat(5000)}`,
        `racer=adam,name:${"x".repeat(100_000)}`, "racer=gd&".repeat(500), "a=b&".repeat(2000), "lesson=../../etc&lesson=<b>",
      ]) {
        await page.evaluate((address) => (location.hash = address), address);
        await page.waitForFunction(() => document.querySelectorAll(".lane").length > 0);
      }
      await page.evaluate(() => (location.hash = "v=1&batch_size=1e9&epochs=1e9&dropout=-5&hidden=9999&racer=adam,learning_rate:1e300"));
      await page.waitForFunction(() => document.querySelector("#batch-size").value === "1024");
      assert.deepEqual(await page.evaluate(() => ["epochs", "dropout", "hidden"].map((id) => document.getElementById(id).value)),
        ["100", "0", "512"]);
      assert.equal(await page.$eval('.lane[data-racer="0"] input.entry[data-knob="learning_rate"]', (input) => input.value), "10");
      await page.evaluate(() => (location.hash = "v=1&racer=gd&racer=adam&batch_size=32"));
      await page.waitForFunction(() => document.querySelectorAll(".lane").length === 2);

      const folder = mkdtempSync(join(tmpdir(), "gradprix-"));
      try {
        for (const [content, sentence] of [
          ['{"__proto__": {"polluted": 1}, "seed": 2}', "__proto__ is not a setting here"],
          ['{"racers": [{"optimizer": "adam", "__proto__": {"polluted": 1}}]}', "__proto__ is not a setting here"],
          ['{"seed": 1e999}', "Seed is "],
          ['{"seed": -1}', "Seed is -1, but must be a whole number from 0 to 4294967295"],
          ['{"batch_size": 123456789012345678901234567890}', "Batch_size is 123456789012345680000000000000, but must be a whole number from 8 to 1024"],
          ['{"hidden": [8, 8, 8, 8]}', "Hidden is a list of 4"],
          ['{"racers": []}', "Racers is a list of 0, but must be a list of 1 to 64 racers"],
          [`{"racers": [${'{"optimizer": "gd"},'.repeat(9999)}{}]}`, "Racers is a list of 10000"],
          ['{"racers": [{"optimizer": "constructor"}]}', "optimizer is \"constructor\", but must be"],
          [`{"racers": [{"optimizer": "gd", "name": "${"x".repeat(5000)}"}]}`, "x…"],
          ["[]", "Config is a list of 0, but must be an object"],
          ["null", "Config is missing, but must be an object"],
          ["\u0000\u0001", "it holds no JSON"],
          ["[".repeat(400_000), "too much stands in one another"],
          [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, "too much stands in one another"],
          [`{"seed": "${"x".repeat(10_000_000)}"}`, "it has 11 MB, and a race has some kilobytes"],
        ]) {
          const path = join(folder, "race.json");
          writeFileSync(path, content);
          await said(page, sentence, async () => (await page.$("#import")).uploadFile(path));
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
      assert.deepEqual(await racers(page), ["Gradient descent", "Adam"], "the race stays");
      await state(page, "ready", "paused", "racing");
      await races(page);
      await unharmed(page);
      await close(page);
    });
  });
}
