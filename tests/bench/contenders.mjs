// Who is measured: a module in a page of its own, or a program of its own. Each puts a race at its start by
// `prepare(config)`, and runs it by `run(steps)` -> { milliseconds, losses }, the losses being those of the last step.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

// `module` of tests/bench/page/, started with `options`.
export const inPage = async (browser, site, name, module, options) => {
  const page = await browser.newPage();
  await page.goto(`${site}bench/index.html`);
  await page.evaluate(async (module, options) => {
    const { start } = await import(`/bench/${module}.js`);
    globalThis.contender = await start(options);
  }, module, options);
  return {
    name,
    page,
    // A page in the background may be slowed down.
    prepare: async (config) => {
      await page.bringToFront();
      await page.evaluate((config) => contender.prepare(config), config);
    },
    run: async (steps) => {
      await page.bringToFront();
      return page.evaluate(async (steps) => {
        const start = performance.now();
        const losses = await contender.run(steps);
        return { milliseconds: performance.now() - start, losses };
      }, steps);
    },
    close: () => page.close(),
  };
};

// A program that takes one request a line and answers each with one line.
export const program = async (name, command, args, folder) => {
  const child = spawn(command, args, { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => {
    child.once("error", resolve);
    child.once("exit", () => resolve(new Error(`${name} ended`)));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw await ended;
    return JSON.parse(value);
  };
  return {
    name,
    prepare: (config) => ask({ prepare: config }),
    run: (steps) => ask({ run: steps }),
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
};
