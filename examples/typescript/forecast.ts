/** Forecasts airline passengers (1949-1960, monthly) by growth and season, and compares with repeating the last year. */
import path from "node:path";
import { Model, logMetadata, pipeline, step } from "headrace";
import { percentageError, readSeries, type Month } from "./series.js";

const YEAR = 12;

interface Seasonal {
  /** Of the year that was seen last. */
  readonly level: number;
  /** From one year to the next. */
  readonly growth: number;
  /** Each month against the year's mean. */
  readonly season: readonly number[];
}

const load = step((): Month[] => readSeries(path.join(import.meta.dirname, "data", "passengers.csv")), {
  output: "passengers",
});

const split = step(
  (series: Month[], { testYears = 2 }: { testYears?: number }) => ({
    train: series.slice(0, -testYears * YEAR),
    test: series.slice(-testYears * YEAR),
  }),
  { outputs: ["train", "test"] },
);

const fit = step(
  (train: Month[], { memory = 4 }: { memory?: number }): Seasonal => {
    const years = Array.from({ length: train.length / YEAR }, (_, year) =>
      train.slice(year * YEAR, (year + 1) * YEAR).map(({ passengers }) => passengers),
    ).slice(-memory);
    const means = years.map((months) => months.reduce((sum, value) => sum + value, 0) / YEAR);
    const [first = 1, last = 1] = [means[0], means.at(-1)];
    const season = Array.from({ length: YEAR }, (_, month) => {
      const shares = years.map((months, year) => (months[month] ?? 0) / (means[year] ?? 1));
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    });
    return { level: last, growth: (last / first) ** (1 / Math.max(1, means.length - 1)), season };
  },
  { output: { name: "forecaster", type: "ModelArtifact" } },
);

const forecast = step(({ level, growth, season }: Seasonal, test: Month[]): number[] =>
  test.map((_, at) => level * growth ** (1 + Math.floor(at / YEAR)) * (season[at % YEAR] ?? 1)),
);

const repeat = step((train: Month[], test: Month[]): number[] =>
  test.map((_, at) => train.at((at % YEAR) - YEAR)?.passengers ?? 0),
);

const evaluate = step(
  async (test: Month[], seasonal: number[], naive: number[]) => {
    const actual = test.map(({ passengers }) => passengers);
    const errors = { seasonal: percentageError(actual, seasonal), naive: percentageError(actual, naive) };
    console.log(`error: ${errors.seasonal.toFixed(1)} % with growth and season, ${errors.naive.toFixed(1)} % by repeating`);
    await logMetadata(errors);
    return errors;
  },
  { output: "errors" },
);

export const forecasting = pipeline(
  "forecasting",
  { model: new Model("passengers") },
  ({ testYears = 2, memory = 4 }: { testYears?: number; memory?: number }) => {
    const { train, test } = split(load(), { testYears });
    const forecaster = fit(train, { memory });
    evaluate(test, forecast(forecaster, test), repeat(train, test));
  },
);
