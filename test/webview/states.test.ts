/** What every page shows when it has no content, in every theme, narrow and wide: no wait without its time and a way out, no failure without a reason. */
import assert from "node:assert/strict";
import { after, it } from "node:test";
import { artifactStrings } from "../../src/panels/artifact/messages";
import { compareStrings } from "../../src/panels/compare/messages";
import { dagStrings } from "../../src/panels/dag/messages";
import type { Translator } from "../../src/panels/messages";
import { modelStrings } from "../../src/panels/model/messages";
import { runStrings } from "../../src/panels/run/messages";
import { Webviews } from "./page";

const webviews = new Webviews();
after(() => webviews.close());

const english: Translator = { t: (message) => message };
const pages = {
  dag: dagStrings(english),
  artifact: artifactStrings(english),
  model: flat(modelStrings(english)),
  run: runStrings(english),
  compare: compareStrings(english),
};

/** Texts with names within names, as the host hands them over. */
function flat(strings: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(strings).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

const limit = { timeout: 120_000 };

for (const name of Object.keys(pages) as (keyof typeof pages)[]) {
  it(`the ${name} page waits, fails and is empty: accessible, within the policy`, limit, async () => {
    const webview = await webviews.open({ name, strings: pages[name] });
    await webview.heard((said) => said.kind === "ready");
    const { page } = webview;

    await webview.post({ kind: "loading", label: "Reading it", since: Date.now() - 7_000 });
    await page.getByText(/Reading it \(([7-9]|\d\d) s\)/).waitFor();
    await webview.assertSeen(`state-loading-${name}`);
    await page.getByRole("button", { name: "Cancel" }).click();
    await webview.heard((said) => said.kind === "cancel");

    await webview.post({
      kind: "failed",
      reason: "The <b>store</b> is damaged.",
      advice: "Run a check.",
      actions: [],
    });
    await page.getByText("The <b>store</b> is damaged.").waitFor();
    await page.getByText("Run a check.").waitFor();
    await webview.assertSeen(`state-failed-${name}`);
    await page.getByRole("button", { name: "Show Output" }).click();
    await webview.heard((said) => said.kind === "showLog");
    await page.getByRole("button", { name: "Retry" }).focus();
    await page.keyboard.press("Enter");
    await webview.heard((said) => said.kind === "retry");

    await webview.post({
      kind: "empty",
      title: "Nothing here",
      text: "Do this first.",
      actions: [{ id: "it", title: "Do It" }],
    });
    await page.getByRole("heading", { name: "Nothing here" }).waitFor();
    await webview.assertSeen(`state-empty-${name}`);
    await page.getByRole("button", { name: "Do It" }).click();
    assert.equal((await webview.heard((said) => said.kind === "action"))["id"], "it");
    webview.assertClean();
  });
}
