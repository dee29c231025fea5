import { launch, url } from "./browsers.mjs";
for (const name of ["chromium", "firefox"]) {
  const browser = await launch(name);
  const context = await browser.createBrowserContext();
  const rows = [];
  for (let i = 0; i < 8; i++) {
    const page = await context.newPage();
    await page.evaluateOnNewDocument(() => {
      globalThis.t = {};
      const mark = (k) => (t[k] ??= Math.round(performance.now()));
      const O = Worker;
      globalThis.Worker = class extends O {
        constructor(...a) { super(...a); mark("worker made"); this.addEventListener("message", ({ data }) => { const k = typeof data === "string" ? data : Object.keys(data)[0]; if (k === "loading") t["last loading"] = Math.round(performance.now()); mark(k === "state" ? "state" : k); }); }
        postMessage(m, ...r) { mark("first message"); super.postMessage(m, ...r); }
      };
      addEventListener("DOMContentLoaded", () => mark("dom"));
    });
    await page.goto(url + "?n=" + i);
    await page.waitForFunction(() => document.body.dataset.state === "ready", { timeout: 30000 });
    await page.click("#start");
    await page.waitForFunction(() => t.steps);
    const t = await page.evaluate(() => t);
    if (i > 1) rows.push(t);
    await page.close();
  }
  const keys = [...new Set(rows.flatMap((r) => Object.keys(r)))];
  console.log(name, keys.map((k) => { const v = rows.map((r) => r[k]).sort((a, b) => a - b); return `${k} ${v[v.length >> 1]}`; }).join(", "));
  await browser.close();
}
