// The race that was left: what brings it back, kept by the browser from one visit to the next. Each page holds a lock on
// the race that it runs, so that no other page takes it up; what is locked by none was left.

/** The most races kept that no page runs. */
const MOST = 3;

/** The race that this page keeps, by when it began. */
let own;
/** What gives the lock on a race back. */
const held = new Map();

const lock = (began) => `race ${began}`;

/** A page that is left may hold its lock for a moment, milliseconds, while the next one is there already. */
const PATIENCE = 3000;

/** Holds the lock on a race -> whether this page has it. A browser without locks is taken to have one page. */
const hold = async (began) =>
  !navigator.locks || held.has(began) || new Promise((answer) => {
    const until = () => {
      answer(true);
      return new Promise((release) => held.set(began, release));
    };
    navigator.locks.request(lock(began), { signal: AbortSignal.timeout(PATIENCE) }, until).catch(() => answer(false));
  });

const release = (began) => {
  held.get(began)?.();
  held.delete(began);
};

// A page that holds a lock could not be kept to come back as it is.
addEventListener("pagehide", () => [...held.keys()].forEach(release));
addEventListener("pageshow", async ({ persisted }) => {
  // Who took the race up meanwhile has it now.
  if (persisted && own && !(await hold(own))) own = undefined;
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

/** Forgets the races that began then. */
export const forget = async (...all) => {
  await change((races, curves) => all.forEach((began) => drop(began, races, curves)));
  all.forEach(release);
};

// One after the other: each part of the curves follows the one before.
let turn = Promise.resolve();

/** Keeps `race` in place of the one that this page kept before, and the `part` of its curves that is new. */
export const keep = (race, part) => {
  const kept = turn.then(async () => {
    const before = own;
    own = race.began;
    await change((races, curves) => {
      if (before && before !== own) drop(before, races, curves);
      races.put(race);
      curves.put(part);
    });
    if (before === own) return;
    release(before);
    await hold(own);
  });
  turn = kept.catch(() => {});
  return kept;
};

/** The newest race that no page runs, from now on this page's own; nothing where there is none. */
export const find = async () => {
  const store = async (name) => (await database()).transaction(name).objectStore(name);
  const all = await result((await store("races")).getAllKeys());
  for (const began of all.toReversed()) {
    if (!(await hold(began))) continue;
    const locked = new Set((await navigator.locks?.query())?.held.map(({ name }) => name));
    const outdated = all.filter((other) => other !== began && !locked.has(lock(other))).slice(0, 1 - MOST);
    if (outdated.length > 0) await forget(...outdated);
    return result((await store("races")).get(began));
  }
};

/** The curves of the race that began then, part by part; from now on this page keeps it. */
export const takeUp = async (began) => {
  const store = (await database()).transaction("curves").objectStore("curves");
  const curves = await result(store.getAll(parts(began)));
  if (own && own !== began) await forget(own);
  own = began;
  return curves;
};
