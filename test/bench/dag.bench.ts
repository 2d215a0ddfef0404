/** The DAG's page in Chromium: until 1,000 nodes are painted, and how long a frame takes while 10,000 are panned. */
import { Webviews } from "../webview/page";
import { painted, panned } from "../webview/paint";
import { wide } from "../webview/samples";
import { median, type Bench, type Row } from "./bench";

const TIMES = 5;
const FRAMES = 120;

export const dag: Bench = {
  name: "dag",
  async run(): Promise<readonly Row[]> {
    const webviews = new Webviews();
    try {
      const paints: number[] = [];
      for (let i = 0; i < TIMES; i++) paints.push((await painted(webviews, wide(500))).took);
      const { webview } = await painted(webviews, wide(5_000));
      const frames = await panned(webview, FRAMES);
      return [
        {
          what: "1,000 nodes: from the message to the first paint",
          measured: median(paints),
          unit: "ms",
          budget: 300,
          note: `Chromium, software raster, median of ${TIMES}`,
        },
        {
          what: "10,000 nodes: a frame while panning",
          measured: median(frames),
          unit: "ms",
          budget: 17,
          note: `Chromium, software raster, median of ${FRAMES} frames`,
        },
      ];
    } finally {
      await webviews.close();
    }
  },
};
