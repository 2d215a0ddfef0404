/** The same VS Code in German: whatever of Headrace is in sight speaks it, in views, questions, messages and pages. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { until } from "./patience";
import { story } from "./story";
import { titled, type PanelName } from "./workbench";

const root = path.resolve(import.meta.dirname, "../..");
const TRAINING = path.join(root, "test/fixtures/workspaces/training");

const { workbench, scene } = story(
  { folder: TRAINING, settings: { "headrace.run.openDag": false } },
  async ({ page }) => {
    // What a language pack changes for extensions: VS Code's own words stay English without one.
    await page.addInitScript(
      `Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => "de", set: () => undefined })`,
    );
    await workbench.reload();
    await until(
      () => workbench.ask<string>("return vscode.env.language"),
      (language) => language === "de",
    );
  },
);

/** English texts that have German ones; those with places for values begin alike at most, and are left out. */
async function english(): Promise<ReadonlySet<string>> {
  const read = async (file: string): Promise<Record<string, string>> =>
    JSON.parse(await readFile(path.join(root, file), "utf8")) as Record<string, string>;
  const code = Object.entries(await read("l10n/bundle.l10n.de.json"));
  const [manifest, german] = [await read("package.nls.json"), await read("package.nls.de.json")];
  const all = [
    ...code,
    ...Object.entries(manifest).map(([key, text]) => [text, german[key] ?? text] as const),
  ];
  const germanWords = new Set(all.map(([, translated]) => translated));
  return new Set(all.map(([text]) => text).filter((text) => !text.includes("{0}") && !germanWords.has(text)));
}

/** Texts, names and hints in a page that are still English. */
async function leftovers(name: PanelName, heading: string): Promise<readonly string[]> {
  const frame = await workbench.panel(name, titled(heading));
  const texts = await frame.evaluate<string[]>(`(() => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) found.push(node.textContent.trim());
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
      for (const attribute of ["aria-label", "title", "placeholder"]) found.push(element.getAttribute(attribute) ?? "");
    return found;
  })()`);
  const known = await english();
  return [...new Set(texts)].filter((text) => known.has(text));
}

test(
  "views, their actions and the page of a run",
  scene(async ({ page }) => {
    await page
      .getByRole("tab", { name: /^Headrace/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Läufe Section" }).waitFor();
    await workbench.rowButton(/^training nie ausgeführt/, "Pipeline ausführen");
    await workbench.row(/^training #1, abgeschlossen/).waitFor({ timeout: 60_000 });
    await workbench.rowButton(/^registering nie ausgeführt/, "Pipeline ausführen");
    await workbench.row(/^registering #1, abgeschlossen/).waitFor();
    await workbench.rowButton(/^training #1, /, "Lauf öffnen");
    assert.deepEqual(await leftovers("run", "training #1"), []);
    const run = await workbench.panel("run", titled("training #1"));
    await run.getByText("abgeschlossen · erster Lauf dieses Schritts").first().waitFor();
    await workbench.screenshot("german-1-run");
  }),
);

test(
  "questions, a failed run, and runs side by side",
  scene(async ({ page }) => {
    await workbench.menuOf(/^training #1, /, "Pipeline mit Parametern ausführen…");
    await workbench.question("Einen Wert zum Ändern wählen, oder ausführen");
    await workbench.pick("tolerance").click();
    await workbench.type("wenig");
    await workbench.question("Eine Zahl wird gebraucht.");
    await workbench.screenshot("german-2-question");
    await workbench.type("0.1");
    await page.keyboard.press("Enter");
    await workbench.pick("Mit diesen Werten ausführen").click();
    await workbench.row(/^training #2, fehlgeschlagen/).waitFor();
    await workbench.told(/training ist im Schritt check fehlgeschlagen/);
    await workbench.screenshot("german-2-failed");
    await workbench.clearToasts();
    await workbench.rowButton(/^training #2, /, "Lauf öffnen");
    assert.deepEqual(await leftovers("run", "training #2"), []);
    await workbench.screenshot("german-3-failed");
    await workbench.row(/^training #1, /).click();
    await workbench.row(/^training #2, /).click({ modifiers: ["Control"] });
    await workbench.menuOf(/^training #2, /, "Läufe vergleichen…");
    await workbench.panel("compare", titled("2 Läufe verglichen"));
    assert.deepEqual(await leftovers("compare", "2 Läufe verglichen"), []);
    await workbench.screenshot("german-4-compared");
  }),
);

test(
  "an artifact, a model and its stages",
  scene(async () => {
    await workbench.row(/^slope/).click();
    await workbench.panel("artifact");
    await workbench.screenshot("german-5-artifact");
    await workbench.row(/^line 1 Version/).click();
    await workbench.row(/^Modell line, Version 1/).click();
    const model = await workbench.panel("model", titled("line"));
    assert.deepEqual(await leftovers("model", "line"), []);
    await model.getByRole("button", { name: "Stufe ändern…" }).click();
    await workbench.question("Auf welche Stufe?");
    await workbench.screenshot("german-6-stages");
    await workbench.pick("Produktion").click();
    await workbench.row(/^Modell line, Version 1, Produktion/).waitFor();
    await workbench.clearToasts();
    await model.getByRole("button", { name: "Archivieren" }).click();
    await workbench.dialog().getByText("Danach ist keine Version von line in Produktion.").waitFor();
    await workbench.screenshot("german-7-dialog");
    await workbench.dialogButton("Abbrechen").or(workbench.dialogButton("Cancel")).first().click();
    await workbench.screenshot("german-8-model");
  }),
);
