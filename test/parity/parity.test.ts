/** The same scenarios, written in both languages and run for real: the same must be remembered of both. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test from "node:test";
import type { JsonObject } from "../../src/core/json";
import { Workspace, python } from "../unit/node/harness";
import { recorded } from "./record";
import { scenarios } from "./scenarios";
import type { Act, Scenario } from "./scenarios";

const skip = existsSync(python) ? false : "there is no Python";

for (const scenario of scenarios) {
  test(scenario.title, { skip }, async (t) => {
    const [inPython, inTypeScript] = [
      await played(t, scenario, "python"),
      await played(t, scenario, "typescript"),
    ];
    assert.deepEqual(inTypeScript, inPython);
    scenario.check?.(inPython);
  });
}

async function played(
  t: Parameters<typeof Workspace.open>[0],
  { acts, ...scenario }: Scenario,
  language: "python" | "typescript",
): Promise<JsonObject> {
  const extension = language === "python" ? "py" : "ts";
  const workspace = await Workspace.open(t, { [`main.${extension}`]: scenario[language] });
  for (const act of acts ?? [{}]) await play(workspace, act, language, extension);
  return recorded(workspace.engine.reader);
}

async function play(
  workspace: Workspace,
  act: Act,
  language: "python" | "typescript",
  extension: string,
): Promise<void> {
  const files = act.files?.[language];
  if (files !== undefined) await workspace.write({ [`helpers.${extension}`]: files });
  await workspace.start(`main.${extension}`, act.pipeline ?? null, {
    parameters: act.parameters ?? {},
    ...(act.noCache === true ? { noCache: true } : {}),
  }).finished;
}
