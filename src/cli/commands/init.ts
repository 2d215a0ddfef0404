/** `headrace init`: the TypeScript SDK as a dependency of a project, for builds and type checks without Headrace. */
import path from "node:path";
import { addDependency, nodeSdkFolder } from "../../runtimes/node/install";
import { EXIT, parse, positionals } from "../command";
import type { Command } from "../command";
import { extensionRoot } from "../root";

const help = `Puts a copy of the TypeScript SDK into DIR/vendor/headrace (by default of the current folder) and names it in package.json
as a dev dependency, so that editors, type checks and builds know "headrace" wherever the project is. Nothing is downloaded.
Pipelines need none of this to run. Do it again after an update of Headrace.

Example:
  headrace init && npx tsc --noEmit`;

export const initCommand: Command = {
  name: "init",
  synopsis: "[DIR]",
  summary: "add the TypeScript SDK to a project as a dev dependency",
  help,
  async run(args, { terminal, cwd }) {
    const { positionals: given } = parse(args, {});
    const [folder] = positionals(given, ["DIR"], 0);
    const done = await addDependency(
      path.resolve(cwd, folder ?? "."),
      nodeSdkFolder(extensionRoot(__dirname)),
    );
    terminal.out(
      `${done.isNewManifest ? "Made" : "Changed"} ${done.manifest}: "headrace" is in ${done.place}, to be kept with the code.`,
    );
    return EXIT.done;
  },
};
