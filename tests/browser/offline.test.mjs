// The site kept in the browser: it opens without a network, never mixes two builds, and takes a new one when told.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch, withoutMnist } from "./browsers.mjs";
import { close, open, siteKept, state, text, turbo } from "./hands.mjs";
import { Host } from "./host.mjs";

const races = async (page) => {
  await turbo(page);
  await page.click("#start");
  await page.waitForFunction(() => Number(document.body.dataset.steps) > 20, { timeout: 60_000 });
};

// The page's title, a script's words and a style: one of each kind of file.
const TITLE = (html) => html.replace("<h1>GradPrix", "<h1>GradPrix II");
const STYLE = (css) => `${css}\nh1 { letter-spacing: 3px; }\n`;
const shown = (page) => page.$eval("h1", (title) => [title.textContent, getComputedStyle(title).letterSpacing]);

for (const name of ["chromium", "firefox"]) {
  describe(`the site kept in ${name}`, () => {
    let browser;
    const hosts = [];
    const serve = async (options) => {
      hosts.push(await new Host(options).start());
      return hosts.at(-1);
    };
    before(async () => {
      browser = await launch(name);
    });
    after(async () => {
      await browser?.close();
      await Promise.all(hosts.map((host) => host.stop()));
    });

    test("after the first visit it races on MNIST without a network, and fetched nothing twice", { skip: withoutMnist }, async () => {
      const host = await serve();
      const page = await open(browser, { site: host.url() });
      await siteKept(page, true);
      const twice = [...host.asked].filter(([name, times]) => times > 1 && name.startsWith("data/"));
      assert.deepEqual(twice, [], "the data is fetched once");
      assert.equal([...host.asked.keys()].filter((name) => name.startsWith("data/")).length, 4);
      await host.stop();
      for (const address of [`${host.url()}?lang=zh`, `${host.url()}#v=1&seed=3`]) {
        await page.goto("about:blank");
        await page.goto(address);
        await state(page, "ready");
        assert.match(await text(page, "#data-status"), /MNIST.*60,000/);
        await races(page);
      }
      await close(page);
    });

    test("without data it is kept, too, and races on synthetic digits", async () => {
      const host = await serve({ without: "data/" });
      const page = await open(browser, { site: host.url() });
      await siteKept(page, false);
      await host.stop();
      await page.reload();
      await state(page, "ready");
      assert.match(await text(page, "#data-status"), /Synthetic/);
      await races(page);
      await close(page);
    });

    test("while it is developed on this machine, a changed build shows on reload", async () => {
      const host = await serve({ without: "data/", caching: "no-cache" });
      const page = await open(browser, { site: host.url() });
      await siteKept(page, false);
      await host.build({ "index.html": TITLE, "style.css": STYLE });
      await page.reload();
      await state(page, "ready");
      assert.deepEqual(await shown(page), ["GradPrix II", "3px"]);
      await host.stop();
      await close(page);
    });

    test("elsewhere a new version is fetched beside the old one, and taken whole when the reader says so", async () => {
      const host = await serve({ without: "data/" });
      // A secure context, as this machine is, but none where one develops.
      const page = await open(browser, { site: host.url("gradprix.localhost") });
      await siteKept(page, false);
      const before = await shown(page);
      await page.reload();
      await state(page, "ready");
      assert.ok(await page.$eval("#update", (notice) => notice.hidden), "there is no new version");
      await host.build({ "index.html": TITLE, "style.css": STYLE });
      await page.reload();
      await state(page, "ready");
      assert.deepEqual(await shown(page), before, "all of it is of the version before");
      await page.waitForSelector("#update:not([hidden])", { timeout: 30_000 });
      assert.match(await text(page, "#update"), /new version/i);
      const other = await page.browserContext().newPage();
      await other.goto(host.url("gradprix.localhost"));
      await state(other, "ready");
      await other.waitForSelector("#update:not([hidden])");
      await other.click("#leave-update");
      await page.bringToFront();
      await Promise.all([page.waitForNavigation(), page.click("#take-update")]);
      await state(page, "ready");
      assert.deepEqual(await shown(page), ["GradPrix II", "3px"]);
      // The other tab goes on, and takes it when its reader says so, too.
      assert.deepEqual(await shown(other), before);
      await other.waitForSelector("#update:not([hidden])");
      await other.bringToFront();
      await Promise.all([other.waitForNavigation(), other.click("#take-update")]);
      await state(other, "ready");
      assert.deepEqual(await shown(other), ["GradPrix II", "3px"]);
      await other.close();
      await page.bringToFront();
      const keys = await page.evaluate(async () => {
        const files = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
        return files.flat().map(({ url }) => new URL(url).pathname);
      });
      assert.equal(new Set(keys).size, keys.length, "one version of each file is left");
      await host.stop();
      await page.reload();
      await state(page, "ready");
      assert.deepEqual(await shown(page), ["GradPrix II", "3px"], "and it is the one that is kept");
      await close(page);
    });

    test("a build that is only half there is not kept", async () => {
      const host = await serve({ without: "data/" });
      const page = await open(browser, { site: host.url("gradprix.localhost") });
      await siteKept(page, false);
      await host.build({ "index.html": TITLE, "style.css": STYLE });
      // The host still has the old style.
      host.changed.delete("style.css");
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        const gone = new Promise((resolve) => registration.addEventListener("updatefound", () => {
          const { installing } = registration;
          installing.addEventListener("statechange", () => installing.state === "redundant" && resolve());
        }));
        registration.update().catch(() => {});
        await gone;
      });
      await host.stop();
      await page.reload();
      await state(page, "ready");
      assert.equal((await shown(page))[0], "GradPrix", "what is kept is the version before");
      await close(page);
    });

    test("it can be installed", async () => {
      const host = await serve({ without: "data/" });
      const page = await open(browser, { site: host.url() });
      const manifest = await page.evaluate(async () => {
        const { href } = document.querySelector("link[rel=manifest]");
        const manifest = await (await fetch(href)).json();
        const size = async ({ src }) => {
          const image = new Image();
          image.src = new URL(src, href);
          await image.decode();
          return `${image.naturalWidth}x${image.naturalHeight}`;
        };
        const sizes = await Promise.all(manifest.icons.filter(({ sizes }) => sizes !== "any").map(size));
        return { ...manifest, found: sizes, start: new URL(manifest.start_url, href).href };
      });
      assert.deepEqual(manifest.found, ["192x192", "512x512", "512x512"]);
      assert.ok(manifest.icons.some(({ purpose }) => purpose === "maskable"));
      assert.deepEqual([manifest.start, manifest.display], [host.url(), "standalone"]);
      await close(page);
      await host.stop();
    });
  });
}
