/** Tests that follow each other in one window of VS Code, each of which leaves behind what was to be seen when it fails. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, type TestContext } from "node:test";
import { within } from "./patience";
import { SCREENSHOTS, Workbench, type WorkbenchOptions } from "./workbench";

const SCENE_MS = 300_000;
/** Of each log that a failure shows. */
const LOG_LINES = 25;

export interface Story {
  /** The window, once the first test begins. */
  readonly workbench: Workbench;
  /** The body of a test. */
  readonly scene: (act: (workbench: Workbench) => Promise<void>) => (test: TestContext) => Promise<void>;
}

/** Opens a window before the first test of this file (or suite) and closes it after the last. */
export function story(
  options: WorkbenchOptions | (() => Promise<WorkbenchOptions>),
  opened: (workbench: Workbench) => Promise<void> = () => Promise.resolve(),
): Story {
  const workbench = new Workbench();
  const scene: Story["scene"] = (act) => async (test) => {
    try {
      await within(SCENE_MS, act(workbench));
    } catch (error) {
      throw await withEvidence(error, workbench, test.name);
    }
  };
  before(async () => {
    await workbench.open(typeof options === "function" ? await options() : options);
    await opened(workbench);
  });
  after(() => workbench.close());
  return { workbench, scene };
}

/** The error, with a picture of the window, the same in words, and the ends of the logs. */
async function withEvidence(error: unknown, workbench: Workbench, title: string): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  const name = path.join(SCREENSHOTS, `failed-${title.replaceAll(/\W+/g, "-")}`);
  const parts = await Promise.allSettled([
    workbench.page.screenshot({ path: `${name}.png` }).then(() => `The window: ${name}.png`),
    inWords(workbench, `${name}.yaml`),
    ends(workbench.logs()),
  ]);
  const told = parts.map((part) => (part.status === "fulfilled" ? part.value : String(part.reason)));
  error.stack = [error.stack, ...told].join("\n");
  return error;
}

async function inWords(workbench: Workbench, file: string): Promise<string> {
  const text = await workbench.page.locator("body").ariaSnapshot();
  await mkdir(SCREENSHOTS, { recursive: true });
  await writeFile(file, text);
  const messages = await workbench.toasts();
  const focus = await workbench.page.evaluate<string>(
    `(() => { const { tagName, className, ariaLabel } = document.activeElement ?? {};
       return [tagName, className, ariaLabel].filter(Boolean).join(" ") })()`,
  );
  return `In words: ${file}\nThe focus: ${focus}\nMessages: ${JSON.stringify(messages)}`;
}

/** The last lines of what our extension, and the host of extensions, wrote down. */
async function ends(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true }))
    .filter((file) => /(Headrace|remoteexthost)\.log$/.test(file))
    .sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  return texts.map((text, at) => `${path.basename(files[at] ?? "")}:\n${lastLines(text)}`).join("\n");
}

function lastLines(text: string): string {
  const lines = text.trimEnd().split("\n").slice(-LOG_LINES);
  return lines.map((line) => `  ${line}`).join("\n");
}
