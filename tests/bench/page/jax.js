// jax-js on one of its devices: the images resident, gather, gradients and updates of all racers in one compiled step.

import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from "./peers/jax/index.js";
import { CLASSES, HIDDEN, IMAGES, PIXELS, floats, images, labels, minibatches, weights } from "./data.js";

/** Steps that may wait on the device. */
const AHEAD = 16;

// Every array that goes into a function is used up by it; `.ref` keeps it for one more use.
const loss = ({ w1, b1, w2, b2 }, x, y) => {
  const size = y.shape[0];
  const hidden = nn.relu(np.dot(x, w1).add(b1));
  const answers = nn.logSoftmax(np.dot(hidden, w2).add(b2));
  return answers.mul(y).sum().mul(-1 / size);
};

const average = (old, decay, value) => old.mul(decay).add(value.mul(1 - decay));

// Each: what it remembers of a parameter, what it remembers besides, and its update.
const optimizers = {
  gd: {
    slots: 0,
    counters: () => ({}),
    count: (counters) => counters,
    update: (parameter, gradient, slots) => [parameter.sub(gradient.mul(0.1)), slots],
  },
  rmsprop: {
    slots: 1,
    counters: () => ({}),
    count: (counters) => counters,
    update: (parameter, gradient, [v]) => {
      v = average(v, 0.9, np.square(gradient.ref));
      return [parameter.sub(gradient.mul(0.001).div(np.sqrt(v.ref).add(1e-8))), [v]];
    },
  },
  adam: {
    slots: 2,
    // β1 and β2 to the power of the steps done.
    counters: () => ({ beta1: np.array([1]), beta2: np.array([1]) }),
    count: ({ beta1, beta2 }) => ({ beta1: beta1.mul(0.9), beta2: beta2.mul(0.999) }),
    update: (parameter, gradient, [m, v], { beta1, beta2 }) => {
      m = average(m, 0.9, gradient.ref);
      v = average(v, 0.999, np.square(gradient));
      const corrected = [m.ref.div(np.subtract(1, beta1)), v.ref.div(np.subtract(1, beta2))];
      return [parameter.sub(corrected[0].mul(0.001).div(np.sqrt(corrected[1]).add(1e-8))), [m, v]];
    },
  },
};

const raceStep = (names) => jit((racers, all, chosen) => {
  const x = all.x.slice(chosen.ref);
  const y = nn.oneHot(all.y.slice(chosen), CLASSES);
  const stepped = racers.map(({ parameters, slots, counters }, racer) => {
    const { count, update } = optimizers[names[racer]];
    const [value, gradients] = valueAndGrad(loss)(tree.ref(parameters), x.ref, y.ref);
    counters = count(counters);
    const next = { parameters: {}, slots: {}, counters };
    for (const [name, parameter] of Object.entries(parameters)) {
      [next.parameters[name], next.slots[name]] =
        update(parameter, gradients[name], slots[name], tree.ref(counters));
    }
    return [next, value];
  });
  x.dispose();
  y.dispose();
  return stepped;
});

const start_of = (name) => {
  const matrix = (inputs, outputs) => np.array(weights(inputs, outputs)).reshape([inputs, outputs]);
  const shapes = { w1: [PIXELS, HIDDEN], b1: [HIDDEN], w2: [HIDDEN, CLASSES], b2: [CLASSES] };
  const { slots, counters } = optimizers[name];
  const zeros = (shape) => Array.from({ length: slots }, () => np.zeros(shape));
  return {
    parameters: {
      w1: matrix(...shapes.w1),
      b1: np.zeros(shapes.b1),
      w2: matrix(...shapes.w2),
      b2: np.zeros(shapes.b2),
    },
    slots: Object.fromEntries(Object.entries(shapes).map(([parameter, shape]) => [parameter, zeros(shape)])),
    counters: counters(),
  };
};

export const start = async ({ device }) => {
  if (!(await init(device)).includes(device)) throw new Error(`jax-js has no ${device} device here`);
  defaultDevice(device);
  const all = {
    x: np.array(floats(await images())).reshape([IMAGES, PIXELS]),
    y: np.array(Int32Array.from(await labels())),
  };
  let racers;
  let chosen;
  let step;
  return {
    prepare: async (config) => {
      tree.dispose(racers);
      step?.dispose();
      const names = config.racers.map(({ optimizer }) => optimizer);
      racers = names.map(start_of);
      chosen = minibatches(config.batch_size);
      step = raceStep(names);
    },
    run: async (steps) => {
      let losses = [];
      for (let done = 1; done <= steps; done++) {
        const stepped = step(racers, tree.ref(all), np.array(chosen.next().value));
        racers = stepped.map(([racer]) => racer);
        tree.dispose(losses);
        losses = stepped.map(([, value]) => value);
        if (done % AHEAD === 0) await blockUntilReady(racers);
      }
      const values = await Promise.all(losses.map((value) => value.data()));
      await blockUntilReady(racers);
      return values.map(([value]) => value);
    },
  };
};
