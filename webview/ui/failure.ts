/** What went wrong: the error, what to do about it, where it was in the user's code, and the calls that led there. */
import type { Failure } from "../../src/core/entities";
import type { StepStrings } from "../../src/panels/messages";
import { codicon, element } from "./dom";
import { visible } from "./format";
import type { OpenPlace } from "./logText";
import { link } from "./parts";
import { traceLines } from "./trace";

export function failureCard(failure: Failure, strings: StepStrings, open: OpenPlace): HTMLElement {
  const { location, code, advice, traceback } = failure;
  const place =
    location === undefined
      ? null
      : link(`${location.file.split(/[\\/]/).at(-1) ?? ""}:${location.line}`, () =>
          open(location.file, location.line),
        );
  return element(
    "div",
    { class: "failure", role: "group", "aria-label": strings.failedWith },
    element(
      "p",
      { class: "problem" },
      codicon("error"),
      element("strong", {}, visible(failure.type)),
      " ",
      failure.message,
    ),
    advice === undefined ? null : element("p", { class: "advice" }, advice),
    place === null
      ? null
      : element("p", { class: "place" }, place, code === undefined ? null : element("code", {}, code.trim())),
    traceback === ""
      ? null
      : element(
          "pre",
          { class: "trace", tabindex: 0, "aria-label": strings.frames },
          ...traceLines(traceback, open),
        ),
  );
}
