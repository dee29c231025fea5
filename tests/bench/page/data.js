// The training images, for whoever trains in this page.

const unpacked = async (name, header) => {
  const response = await fetch(new URL(`../data/${name}.gz`, import.meta.url));
  if (!response.ok) throw new Error(`${name} is not here (${response.status}): the bench needs MNIST`);
  const stream = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer(), header);
};

export const images = () => unpacked("train-images-idx3-ubyte", 16);
export const labels = () => unpacked("train-labels-idx1-ubyte", 8);

export const IMAGES = 60_000;
export const PIXELS = 784;
export const HIDDEN = 128;
export const CLASSES = 10;

// Pixels as the network takes them, 0 to 1.
export const floats = (bytes) => Float32Array.from(bytes, (byte) => byte / 255);

// Minibatches without replacement from a fresh order each epoch. The short one at an epoch's end is left out: a library
// that compiles for a shape would compile once more for it.
export function* minibatches(size) {
  const order = Int32Array.from({ length: IMAGES }, (_, image) => image);
  for (;;) {
    for (let last = IMAGES - 1; last > 0; last--) {
      const other = Math.floor(Math.random() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    for (let start = 0; start + size <= IMAGES; start += size) yield order.slice(start, start + size);
  }
}

// Initial weights by He, as GradPrix draws them by default; biases are zero.
export const weights = (inputs, outputs) =>
  Float32Array.from({ length: inputs * outputs }, () => {
    const [u, v] = [1 - Math.random(), Math.random()];
    return Math.sqrt(2 / inputs) * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  });
