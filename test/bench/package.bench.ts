/** The size of what is installed. */
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ROOT, type Bench } from "./bench";

export const packaged: Bench = {
  name: "package",
  async run() {
    const { name, version } = JSON.parse(await readFile(path.join(ROOT, "package.json"), "utf8")) as {
      name: string;
      version: string;
    };
    const vsix = path.join(ROOT, "out", `${name}-${version}.vsix`);
    if (!existsSync(vsix)) throw new Error("Run `npm run package` first.");
    return [
      {
        what: "packaged extension",
        measured: statSync(vsix).size / 1024 / 1024,
        unit: "MB",
        budget: 4,
        note: path.basename(vsix),
      },
    ];
  },
};
