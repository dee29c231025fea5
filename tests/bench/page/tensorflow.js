// TensorFlow.js on one of its backends: the images resident, one gather a step, its own optimizers, losses read at the
// end of a run only.

import { CLASSES, HIDDEN, IMAGES, PIXELS, floats, images, labels, minibatches, weights } from "./data.js";

const load = (file) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(`peers/tensorflow/${file}`, import.meta.url);
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${file} could not be loaded`));
    document.head.append(script);
  });

const racer = (tf, optimizer) => {
  const w1 = tf.variable(tf.tensor2d(weights(PIXELS, HIDDEN), [PIXELS, HIDDEN]));
  const w2 = tf.variable(tf.tensor2d(weights(HIDDEN, CLASSES), [HIDDEN, CLASSES]));
  const b1 = tf.variable(tf.zeros([HIDDEN]));
  const b2 = tf.variable(tf.zeros([CLASSES]));
  const variables = [w1, b1, w2, b2];
  const loss = (x, y) => {
    const hidden = tf.fused.matMul({ a: x, b: w1, bias: b1, activation: "relu" });
    return tf.losses.softmaxCrossEntropy(y, tf.fused.matMul({ a: hidden, b: w2, bias: b2 }));
  };
  return {
    step: (x, y, wanted) => optimizer.minimize(() => loss(x, y), wanted, variables),
    dispose: () => {
      tf.dispose(variables);
      optimizer.dispose();
    },
  };
};

export const start = async ({ backend }) => {
  await load("tf.min.js");
  if (backend !== "cpu") await load(`tf-backend-${backend}.min.js`);
  const { tf } = globalThis;
  if (backend === "wasm") tf.wasm.setWasmPaths(new URL("peers/tensorflow/", import.meta.url).href);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} backend here`);
  const all = {
    x: tf.tensor2d(floats(await images()), [IMAGES, PIXELS]),
    y: tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(await labels()), "int32"), CLASSES), "float32"),
  };
  const optimizers = {
    gd: () => tf.train.sgd(0.1),
    rmsprop: () => tf.train.rmsprop(0.001, 0.9, 0, 1e-8),
    adam: () => tf.train.adam(0.001),
  };
  let racers = [];
  let chosen;
  const step = (wanted) => tf.tidy(() => {
    const indices = tf.tensor1d(chosen.next().value, "int32");
    const [x, y] = [tf.gather(all.x, indices), tf.gather(all.y, indices)];
    return racers.map((racer) => racer.step(x, y, wanted)).filter(Boolean);
  });
  return {
    prepare: async (config) => {
      racers.forEach((racer) => racer.dispose());
      racers = config.racers.map(({ optimizer }) => racer(tf, optimizers[optimizer]()));
      chosen = minibatches(config.batch_size);
    },
    run: async (steps) => {
      for (let done = 1; done < steps; done++) step(false);
      const losses = step(true);
      const values = await Promise.all(losses.map((loss) => loss.data()));
      tf.dispose(losses);
      return values.map(([value]) => value);
    },
  };
};
