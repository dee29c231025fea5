// The race that was left: what brings it back, kept by the browser from one visit to the next. Pages of this site ask each
// other which races they run, so that none takes up another's; locks would keep them from coming back as they were left.

/** The most races that are kept. */
const MOST = 10;

/** A page that does not answer within so many milliseconds does not run the race. */
const PATIENCE = 500;

/** The race that this page keeps, by when it began; and one that it ran before another page took it up. */
let own, taken;

/** What the pages say to each other: `asks` who runs a race, `runs` it, `takes` it up. */
let pages;
/** What to do when another page says that it runs a race. */
const heard = new Map();
const listen = () => {
  pages = new BroadcastChannel("races");
  pages.onmessage = ({ data: { asks, runs, takes } }) => {
    if (own && asks === own) pages.postMessage({ runs: own });
    if (own && takes === own) give();
    heard.get(runs)?.();
  };
};
const give = () => ([own, taken] = [undefined, own]);

/** Whether another page runs the race. */
const isRun = (began) =>
  new Promise((answer) => {
    const end = (isRun) => {
      clearTimeout(timer);
      heard.delete(began);
      answer(isRun);
    };
    heard.set(began, () => end(true));
    const timer = setTimeout(end, PATIENCE, false);
    pages.postMessage({ asks: began });
  });

listen();
addEventListener("pagehide", () => pages.close());
addEventListener("pageshow", async ({ persisted }) => {
  if (!persisted) return;
  listen();
  if (own && (await isRun(own))) give();
});

/** What a request or a transaction comes to. */
const outcome = (request, done) =>
  new Promise((resolve, reject) => {
    request[`on${done}`] = () => resolve(request.result);
    request.onabort = request.onerror = () => reject(request.error ?? new Error("it was broken off"));
  });
const result = (request) => outcome(request, "success");

let opened;
const database = () => {
  opened ??= (async () => {
    const request = indexedDB.open("gradprix", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("races", { keyPath: "began" });
      request.result.createObjectStore("curves", { keyPath: ["began", "first"] });
    };
    return result(request);
  })();
  return opened;
};

const read = async (store, ask) => result(ask((await database()).transaction(store).objectStore(store)));

const change = async (act) => {
  const transaction = (await database()).transaction(["races", "curves"], "readwrite");
  act(transaction.objectStore("races"), transaction.objectStore("curves"));
  // A page that is left does not hear that its requests were granted, and would not commit by itself.
  transaction.commit();
  return outcome(transaction, "complete");
};

/** Every part of a race's curves. */
const parts = (began) => IDBKeyRange.bound([began], [began, []]);

const drop = (began, races, curves) => (races.delete(began), curves.delete(parts(began)));

/** Forgets the race that began then. */
export const forget = (began) => change((races, curves) => drop(began, races, curves));

// One after the other: each part of the curves follows the one before.
let turn = Promise.resolve();

/** Keeps `race` in place of the one that this page kept before, and the `part` of its curves that is new. */
export const keep = (race, part) => {
  const kept = turn.then(() => {
    if (race.began === taken) return;
    const before = own;
    own = race.began;
    return change((races, curves) => {
      if (before && before !== own) drop(before, races, curves);
      races.put(race);
      curves.put(part);
    });
  });
  turn = kept.catch(() => {});
  return kept;
};

/** The newest race that no page runs; nothing where there is none. */
export const find = async () => {
  const all = await read("races", (races) => races.getAllKeys());
  await Promise.all(all.splice(0, all.length - MOST).map(forget));
  for (const began of all.reverse()) {
    if (!(await isRun(began))) return read("races", (races) => races.get(began));
  }
};

/** The curves of the race that began then, part by part; from now on this page keeps it. Nothing if another page does. */
export const takeUp = async (began) => {
  if (await isRun(began)) return;
  const before = own;
  own = began;
  pages.postMessage({ takes: began });
  if (before && before !== own) await forget(before);
  return read("curves", (curves) => curves.getAll(parts(began)));
};
