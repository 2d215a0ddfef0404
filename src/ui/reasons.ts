/** Why a step ran, or where its cached result comes from, in the user's language: the engine records it in English. */
import { reasonBesideStatus } from "../core/cache";

export interface Translate {
  t(message: string, ...values: string[]): string;
}

type Say = (l10n: Translate, ...found: string[]) => string;

/** By the engine's own words (src/core/cache.ts): what it says of a whole, or of one of several changes. */
const PATTERNS: readonly (readonly [RegExp, Say])[] = [
  [/^first run of this step$/, (l10n) => l10n.t("first run of this step")],
  [
    /^the last run of this step did not complete$/,
    (l10n) => l10n.t("the last run of this step did not complete"),
  ],
  [/^the cached result has expired$/, (l10n) => l10n.t("the cached result has expired")],
  [/^the cached result was invalidated$/, (l10n) => l10n.t("the cached result was invalidated")],
  [/^the last run was not cached$/, (l10n) => l10n.t("the last run was not cached")],
  [
    /^same code, parameters and inputs as run (.+)$/,
    (l10n, run) => l10n.t("same code, parameters and inputs as run {0}", run),
  ],
  [/^code of the step changed$/, (l10n) => l10n.t("code of the step changed")],
  [
    /^parameter (\S+) = (.+) is new$/,
    (l10n, name, value) => l10n.t("parameter {0} = {1} is new", name, value),
  ],
  [/^parameter (\S+) is gone$/, (l10n, name) => l10n.t("parameter {0} is gone", name)],
  [/^parameter (\S+) (.+ → .+)$/, (l10n, name, change) => l10n.t("parameter {0} {1}", name, change)],
  [/^input (\S+) is new$/, (l10n, name) => l10n.t("input {0} is new", name)],
  [/^input (\S+) is gone$/, (l10n, name) => l10n.t("input {0} is gone", name)],
  [/^input (\S+) changed$/, (l10n, name) => l10n.t("input {0} changed", name)],
  [/^output (\S+) is new$/, (l10n, name) => l10n.t("output {0} is new", name)],
  [/^output (\S+) is gone$/, (l10n, name) => l10n.t("output {0} is gone", name)],
  [
    /^materializer of output (\S+) changed$/,
    (l10n, name) => l10n.t("materializer of output {0} changed", name),
  ],
  [/^moved from (\S+) to (\S+)$/, (l10n, from, to) => l10n.t("moved from {0} to {1}", from, to)],
  [/^and (\d+) more$/, (l10n, count) => l10n.t("and {0} more", count)],
  // What code is called (helper `f()`, class `C`, package `numpy`) stays as the language has it.
  [/^(.+) is no longer used$/, (l10n, code) => l10n.t("{0} is no longer used", code)],
  [/^(.+) is new$/, (l10n, code) => l10n.t("{0} is new", code)],
  [/^(.+) changed$/, (l10n, code) => l10n.t("{0} changed", code)],
];

/** Beside the step's status, so without the word that the status says. What isn't known stays as it was recorded. */
export function reasonText(l10n: Translate, recorded: string): string {
  const reason = reasonBesideStatus(recorded);
  return (
    translated(l10n, reason) ??
    reason
      .split(", ")
      .map((part) => translated(l10n, part) ?? part)
      .join(", ")
  );
}

function translated(l10n: Translate, text: string): string | null {
  for (const [pattern, say] of PATTERNS) {
    const found = pattern.exec(text);
    // Several changes, one after the other, are no single one with a comma in its name.
    if (found !== null && !found.slice(1).some((part) => part.includes(", ")))
      return say(l10n, ...found.slice(1));
  }
  return null;
}
