// Brings files into the worker, whose program in `src/page/download.rs` calls these. What a network may mend is tried
// again, and no file unpacks to more than it may. Whatever fails is thrown as an error with its sentence in Chinese, too.

/** Milliseconds to wait before each further try. */
const WAITS = [500, 1000];

/** A server that has sent nothing for so many milliseconds has stopped. */
const STALL = 8000;

/**
 * MNIST's four files: bytes when unpacked, and the CRC-32 that gzip puts behind them, which the browser holds them
 * against while it unpacks. A SHA-256 would keep the first race waiting for 60 ms more, and protect from nobody: whoever
 * can forge the data beside the page can forge the page.
 */
const MNIST = {
  "train-images-idx3-ubyte.gz": [47_040_016, 0xe9f4d8b3],
  "train-labels-idx1-ubyte.gz": [60_008, 0xe0cb4ad2],
  "t10k-images-idx3-ubyte.gz": [7_840_016, 0x91373bdf],
  "t10k-labels-idx1-ubyte.gz": [10_008, 0x4ab9eff9],
};

/** What `load` does now ends with it. */
let running = new AbortController();

/** Whether it did so before. */
let again = false;

class Refusal extends Error {
  /** `passing`: it may be gone the next time. */
  constructor(en, zh, passing = false) {
    super(en);
    Object.assign(this, { zh, passing });
  }
}

/** What a browser says is in its own language. */
const words = (error) => [error.message, error.zh ?? error.message];

const notFetched = (name, error, passing) => {
  const [en, zh] = words(error);
  return new Refusal(`${name} could not be fetched (${en})`, `无法获取 ${name}（${zh}）`, passing);
};

const notRead = (name, error) => {
  const [en, zh] = words(error);
  return new Refusal(`${name} could not be read (${en})`, `无法读取 ${name}（${zh}）`);
};

const notUnpacked = (name, error) => {
  const [en, zh] = words(error);
  return new Refusal(
    `${name} could not be unpacked (${en}); it may be cut short`,
    `无法解压 ${name}（${zh}）；文件可能不完整`,
    true,
  );
};

const tooLarge = (name, most) => {
  const megabytes = Math.floor(most / 1e6);
  return new Refusal(
    `${name} holds too much: all files together may have ${megabytes} MB when unpacked`,
    `${name} 太大：所有文件解压后合计最多 ${megabytes} MB`,
  );
};

const notMnist = (name) =>
  new Refusal(`${name} is not the one of MNIST: its checksum is another`, `${name} 不是 MNIST 的文件：校验和不符`, true);

const slice = async (blob, from, to) => new DataView(await blob.slice(from, to).arrayBuffer());

/** What `blob` unpacks to, at most `most` bytes, and their CRC-32; itself where it is not gzipped, as some servers send it. */
const unpack = async (name, blob, most) => {
  const start = await slice(blob, 0, 2);
  if (start.byteLength < 2 || start.getUint16(0) !== 0x1f8b) {
    if (blob.size > most) throw tooLarge(name, most);
    return { bytes: new Uint8Array(await blob.arrayBuffer()) };
  }
  const end = await slice(blob, -8);
  if (end.byteLength < 8) throw notUnpacked(name, new Refusal("it ends within its header", "文件头不完整"));
  const [crc, length] = [end.getUint32(0, true), end.getUint32(4, true)];
  if (length > most) throw tooLarge(name, most);
  try {
    return { bytes: await gunzip(blob, length), crc };
  } catch (error) {
    throw notUnpacked(name, error);
  }
};

/** The `length` bytes that `blob` announces: one that unpacks to more is let go at the first byte beyond. */
const gunzip = async (blob, length) => {
  const bytes = new Uint8Array(length);
  const reader = blob.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  for (let at = 0; ;) {
    const { done, value } = await reader.read();
    if (done && at === length) return bytes;
    if (done || at + value.length > length) {
      reader.cancel().catch(() => {});
      throw new Refusal("its end says another length", "文件末尾记录的长度不符");
    }
    bytes.set(value, at);
    at += value.length;
  }
};

/** Downloads `name`, which has at most `most` bytes, one try; `count` hears of bytes received and of bytes to come. */
const download = async (name, most, stop, count, cache) => {
  stop.throwIfAborted();
  let timer;
  let stalled = false;
  const controller = new AbortController();
  const abort = () => controller.abort();
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      stalled = true;
      abort();
    }, STALL);
  };
  stop.addEventListener("abort", abort);
  try {
    wait();
    const response = await fetch(`data/${name}`, { signal: controller.signal, cache });
    const { ok, status, headers } = response;
    if (!ok) throw new Refusal(`the server answered ${status}`, `服务器返回 ${status}`, status >= 500);
    if (headers.get("content-type")?.startsWith("text/html")) {
      throw new Refusal("the server answered with a web page", "服务器返回的是网页");
    }
    const total = Number(headers.get("content-length"));
    count(0, total);
    const pieces = [];
    let received = 0;
    for (const reader = response.body.getReader(); ;) {
      wait();
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      received += value.length;
      if (received > most) throw tooLarge(name, most);
      count(value.length, 0);
    }
    // Bytes that came packed on the way are counted unpacked.
    if (total && received !== total && !headers.get("content-encoding")) {
      throw new Refusal(`it ended after ${received} of ${total} bytes`, `只收到 ${total} 个字节中的 ${received} 个`, true);
    }
    return new Blob(pieces);
  } catch (error) {
    // And only then: `worker.js` may still be keeping a copy of what came whole.
    abort();
    const cause = stalled ? new Refusal("the server stopped sending", "服务器停止发送数据") : error;
    throw notFetched(name, cause, error.passing ?? true);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", abort);
  }
};

/** One of MNIST's files, unpacked and checked. */
const fetched = async (name, stop, progress) => {
  const [length, expected] = MNIST[name];
  for (let at = 0; ; at++) {
    const counted = [0, 0];
    const count = (...numbers) => {
      numbers.forEach((number, kind) => (counted[kind] += number));
      progress(...numbers);
    };
    try {
      // What the browser keeps may be what is broken.
      const blob = await download(name, length, stop, count, at > 0 || again ? "reload" : "default");
      const { bytes, crc } = await unpack(name, blob, length);
      if (bytes.length !== length || (crc ?? expected) !== expected) throw notMnist(name);
      return [name, bytes];
    } catch (error) {
      if (!error.passing || at === WAITS.length || !navigator.onLine || stop.aborted) throw error;
      progress(-counted[0], -counted[1]);
      await new Promise((resolve) => setTimeout(resolve, WAITS[at]));
    }
  }
};

/** The download that began before anyone asked for it, and who hears of its progress. */
let begun;

/** Begins what the first `load` will ask for. */
export const begin = () => {
  const early = { sums: [0, 0] };
  early.files = start((...sums) => (early.progress ? early.progress(...sums) : (early.sums = sums)));
  // Who asks for it hears what went wrong.
  early.files.catch(() => {});
  begun = early;
};

/** MNIST from beside the page -> [name, bytes] of each file. `progress` hears of bytes received and in all. */
export const load = (progress) => {
  const early = begun;
  begun = undefined;
  if (!early) return start(progress);
  early.progress = progress;
  progress(...early.sums);
  return early.files;
};

const start = async (progress) => {
  running = new AbortController();
  const { signal } = running;
  const sums = [0, 0];
  const count = (...numbers) => {
    numbers.forEach((number, kind) => (sums[kind] += number));
    if (!signal.aborted) progress(...sums);
  };
  try {
    return await Promise.all(Object.keys(MNIST).map((name) => fetched(name, signal, count)));
  } finally {
    // With one file missing, the others are of no use.
    stop();
    again = true;
  }
};

/** Ends what `load` does. */
export const stop = () => running.abort();

/** Files that someone gave, gzipped or not -> [name, bytes] of each; all together may have `most` bytes. */
export const given = async (files, most) => {
  const list = [];
  let left = most;
  // One after the other, so that no more than that is ever there.
  for (const file of files) {
    try {
      const { bytes } = await unpack(file.name, file, left);
      list.push([file.name, bytes]);
      left -= bytes.length;
    } catch (error) {
      throw error instanceof Refusal ? error : notRead(file.name, error);
    }
  }
  return list;
};
