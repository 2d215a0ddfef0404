/** Tests that follow each other in one window of VS Code, each of which leaves behind what was to be seen when it fails. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, type TestContext } from "node:test";
import { within } from "./patience";
import { SCREENSHOTS, Workbench, type WorkbenchOptions } from "./workbench";

const SCENE_MS = 300_000;
/** Of VS Code's complaints, in a failure's message. */
const COMPLAINTS = 10;

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
  const begin = async (): Promise<void> => {
    await workbench.open(typeof options === "function" ? await options() : options);
    await opened(workbench);
  };
  before(() => withEvidence(workbench, "the window opens", begin()));
  after(() => workbench.close());
  const scene: Story["scene"] = (act) => (test) => withEvidence(workbench, test.name, act(workbench));
  return { workbench, scene };
}

/** An error is told with a picture of the window, the same in words, and what VS Code complained about. */
async function withEvidence(workbench: Workbench, title: string, work: Promise<void>): Promise<void> {
  try {
    await within(SCENE_MS, work);
  } catch (error) {
    if (error instanceof Error) error.stack = [error.stack, ...(await evidence(workbench, title))].join("\n");
    throw error;
  }
}

async function evidence(workbench: Workbench, title: string): Promise<string[]> {
  const name = path.join(SCREENSHOTS, `failed-${title.replaceAll(/\W+/g, "-")}`);
  await mkdir(SCREENSHOTS, { recursive: true });
  const parts = await Promise.allSettled([
    picture(workbench, `${name}.png`),
    inWords(workbench, `${name}.yaml`),
  ]);
  return parts.map((part) => (part.status === "fulfilled" ? part.value : String(part.reason)));
}

async function picture({ page }: Workbench, file: string): Promise<string> {
  await page.screenshot({ path: file });
  return `The window: ${file}`;
}

async function inWords(workbench: Workbench, file: string): Promise<string> {
  const { page, complaints } = workbench;
  await writeFile(file, await page.locator("body").ariaSnapshot());
  const focus = await page.evaluate<string>(
    `(() => { const { tagName, className, ariaLabel } = document.activeElement ?? {};
       return [tagName, className, ariaLabel].filter(Boolean).join(" ") })()`,
  );
  return [
    `In words: ${file}`,
    `The focus: ${focus}`,
    `Messages: ${JSON.stringify(await workbench.toasts())}`,
    "The end of VS Code’s log:",
    ...complaints.slice(-COMPLAINTS).map((text) => `  ${text.slice(0, 300)}`),
  ].join("\n");
}
