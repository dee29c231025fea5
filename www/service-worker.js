// Keeps the site, so that it opens without a network. `cargo xtask dist` fills in which files there are and what they hold;
// another build is thus another service worker, which fetches what is new while the one before it goes on.
//
// Everything kept is called by its path and its SHA-256, and checked against it: a page never gets files of two builds.

/** Path -> SHA-256, hexadecimal. */
const FILES = {};

/** The images and labels: the page goes on without them. */
const DATA = "data/";

// Origins are shared by sites, and scopes are not.
const PREFIX = `gradprix ${registration.scope} `;
const CACHE = `${PREFIX}files`;

/** Where `worker.js` leaves the data that it fetched before there was a service worker. */
const FETCHED = `${PREFIX}fetched`;

/** On this machine someone may be changing the site: what is served there comes first, what is kept second. */
const DEVELOPED = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

const address = (name) => new URL(name, registration.scope);
const key = (name) => `${address(name)}?${FILES[name]}`;

const PAGE = "index.html";
const mark = (name) => `?${FILES[name].slice(0, 12)}`;

/** The page with a mark behind each style sheet's name: browsers keep sheets that they parsed, and ask for none again. */
const marked = (page) =>
  page.replace(/(?<=href=")[\w-]+\.css(?=")/g, (name) => (Object.hasOwn(FILES, name) ? name + mark(name) : name));

const digest = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const kept = async (name) => (await caches.open(CACHE)).match(key(name));

/** Keeps `response` if it holds the file called `name` -> whether it does. */
const keep = async (name, response) => {
  if (!response.ok) return false;
  const bytes = await response.clone().arrayBuffer();
  if ((await digest(bytes)) !== FILES[name]) return false;
  const { status, statusText, headers } = response;
  const content = name === PAGE ? marked(new TextDecoder().decode(bytes)) : bytes;
  const cache = await caches.open(CACHE);
  await cache.put(key(name), new Response(content, { status, statusText, headers }));
  return true;
};

/** Keeps a file that is not kept yet: the one that was fetched, or else the host's. */
const obtain = async (name) => {
  if (await kept(name)) return;
  const fetched = await caches.match(address(name), { cacheName: FETCHED });
  if (fetched && (await keep(name, fetched))) return;
  if (await keep(name, await fetch(address(name), { cache: "no-cache" }))) return;
  throw new Error(`${name} is not that of this build`);
};

const install = async () => {
  const names = Object.keys(FILES);
  await Promise.all(names.filter((name) => !name.startsWith(DATA)).map(obtain));
  await Promise.allSettled(names.filter((name) => name.startsWith(DATA)).map(obtain));
};

/** Throws away what belongs to builds before this one. */
const prune = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  const cache = await caches.open(CACHE);
  const wanted = new Set(Object.keys(FILES).map(key));
  const stale = (await cache.keys()).filter(({ url }) => !wanted.has(url));
  await Promise.all(stale.map((request) => cache.delete(request)));
};

/** The path of the file that `request` is about, if it is one of the site's. */
const nameOf = ({ method, url }) => {
  const { href, search } = new URL(url);
  if (method !== "GET" || !url.startsWith(registration.scope)) return undefined;
  const path = href.slice(registration.scope.length).split(/[?#]/)[0];
  const name = path === "" ? PAGE : decodeURIComponent(path);
  if (!Object.hasOwn(FILES, name)) return undefined;
  return name === PAGE || ["", mark(name)].includes(search) ? name : undefined;
};

const answer = async (event, name) => {
  if (DEVELOPED) {
    try {
      return await fetch(event.request, { cache: "no-cache" });
    } catch {
      return (await kept(name)) ?? Response.error();
    }
  }
  const found = await kept(name);
  if (found) return found;
  const response = await fetch(event.request);
  event.waitUntil(keep(name, response.clone()));
  return response;
};

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(prune()));
addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name) event.respondWith(answer(event, name));
});
// The reader wants the new version now.
addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});
