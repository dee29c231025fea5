// GradPrix by its documented interface, on one of its engines.

import init, { Race } from "../gradprix.js";
import { images, labels } from "./data.js";

export const start = async ({ engine }) => {
  await init();
  const data = { images: await images(), labels: await labels() };
  let race;
  let racers;
  return {
    prepare: async (config) => {
      race?.free();
      race = await Race.create({ ...data, engine, config });
      racers = config.racers.length;
    },
    run: async (steps) => {
      const { losses } = await race.run(steps);
      return [...losses.slice(-racers)];
    },
  };
};
