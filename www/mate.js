// One more worker of the CPU engine: it trains the racers that it is given, by the interface that anyone may use.

import init, { Race } from "./gradprix.js";

let race;

const answer = async ([method, ...values]) => {
  if (method === "create") {
    const [module, options] = values;
    await init({ module_or_path: module });
    race = await Race.create(options);
    return;
  }
  return race[method](...values);
};

// One call at a time, in order.
let last = Promise.resolve();

// What fails in a promise is the worker's error, too: whoever started it hears of no other.
self.onunhandledrejection = ({ reason }) => setTimeout(() => { throw reason; });

self.onmessage = ({ data }) => {
  last = last.then(() => answer(data)).then(
    (value) => self.postMessage({ value }),
    (error) => self.postMessage({ refusal: String(error?.message ?? error) }),
  );
};
self.postMessage({ value: "listens" });
