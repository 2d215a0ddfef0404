/** What problems and their fixes are called. */
import type { Problem } from "../discovery/problems";
import type { VSCode } from "../ui/vscodeTypes";

type Of<Code extends Problem["code"]> = Extract<Problem, { readonly code: Code }>;

export function problemText(vscode: VSCode, problem: Problem): string {
  const { l10n } = vscode;
  switch (problem.code) {
    case "wrong-unpacking":
      return unpackingText(vscode, problem);
    case "after-cycle":
      return l10n.t(
        "These steps wait for each other, so none of them could start: {0}. Take one “after” away.",
        problem.path.join(" → "),
      );
    case "duplicate-id":
      return l10n.t("Another call in this pipeline has the id {0} already. Give each its own.", problem.id);
    case "duplicate-output":
      return l10n.t(
        "Two outputs of {0} are named {1}. Name them differently in the return annotation.",
        problem.step,
        problem.output,
      );
    case "not-json":
      return notJsonText(vscode, problem);
    case "no-steps":
      return l10n.t("{0} calls no step, so there is nothing to run. Call one in its body.", problem.pipeline);
    case "duplicate-pipeline":
      return l10n.t(
        "The pipeline in line {1} is named {0} too, so their runs can’t be told apart. Give one another name.",
        problem.name,
        problem.firstLine,
      );
    case "unknown-artifact":
      return problem.similar === null
        ? l10n.t(
            "No artifact is named {0} in this folder. Run the pipeline that makes it first.",
            problem.name,
          )
        : l10n.t("No artifact is named {0} in this folder. Is {1} meant?", problem.name, problem.similar);
    case "unknown-step":
      return unknownStepText(vscode, problem);
    case "unknown-option":
      return problem.similar === null
        ? l10n.t("@{0} has no option {1}.", problem.of, problem.name)
        : l10n.t("@{0} has no option {1}. Is {2} meant?", problem.of, problem.name, problem.similar);
    case "unused-output":
      return l10n.t(
        "No step takes {0}. What {1} returns is kept as an artifact all the same.",
        problem.name,
        problem.step,
      );
    case "step-outside-pipeline":
      return l10n.t(
        "{0} is called outside of a pipeline: it runs alone, each time this file is imported. Call it in a pipeline’s body.",
        problem.step,
      );
  }
}

function unpackingText({ l10n }: VSCode, { step, targets, outputs }: Of<"wrong-unpacking">): string {
  if (outputs.length === 0) return l10n.t("{0} returns nothing that could be unpacked.", step);
  if (outputs.length === 1) {
    return l10n.t(
      "{0} has one output, which can’t be unpacked in a pipeline. Take it by one name, or annotate the step’s return value as a tuple.",
      step,
    );
  }
  return l10n.t(
    "{0} has {1} outputs ({2}), and {3} names take them. Write one name for each.",
    step,
    outputs.length,
    outputs.join(", "),
    targets,
  );
}

function notJsonText({ l10n }: VSCode, { what, step, made }: Of<"not-json">): string {
  switch (what) {
    case "function":
      return l10n.t(
        "A function can’t be recorded as a parameter of {0}. Give a value with a JSON form, and choose the function inside the step.",
        step,
      );
    case "generator":
      return l10n.t("A generator can’t be recorded as a parameter of {0}. Give a list instead.", step);
    case "object":
      return l10n.t(
        "What {0} makes has no JSON form, so it can’t be recorded as a parameter of {1}. Make it in a step, or give it as an ExternalArtifact.",
        made,
        step,
      );
  }
}

function unknownStepText({ l10n }: VSCode, { name, similar, module }: Of<"unknown-step">): string {
  if (module !== null)
    return l10n.t("{0} is not imported. There is a step of this name in {1}.", name, module);
  return similar === null
    ? l10n.t("This pipeline calls no step {0}, so nothing could run after it.", name)
    : l10n.t("No step is called {0} here. Is {1} meant?", name, similar);
}

/** Null where there is nothing that could be changed for the user. */
export function fixTitle({ l10n }: VSCode, problem: Problem): string | null {
  switch (problem.code) {
    case "wrong-unpacking":
      return l10n.t("Take them as {0}", problem.fix?.text ?? "");
    case "after-cycle":
      return l10n.t("Remove this “after”");
    case "duplicate-id":
      return l10n.t("Change the id to {0}", problem.suggestion);
    case "duplicate-pipeline":
      return l10n.t("Change the name to {0}", problem.suggestion);
    case "unknown-artifact":
    case "unknown-option":
      return l10n.t("Change to {0}", problem.similar ?? "");
    case "unknown-step":
      return problem.module === null
        ? l10n.t("Change to {0}", problem.similar ?? "")
        : l10n.t("Import it from {0}", problem.module);
    case "not-json":
      return notJsonFix(l10n, problem.what);
    case "step-outside-pipeline":
      return l10n.t("Call it only when this file is run itself");
    case "duplicate-output":
    case "no-steps":
    case "unused-output":
      return null;
  }
}

function notJsonFix(l10n: VSCode["l10n"], what: Of<"not-json">["what"]): string {
  switch (what) {
    case "function":
      return l10n.t("Make it a function of the module, and pass that as an artifact");
    case "generator":
      return l10n.t("Make it a list");
    case "object":
      return l10n.t("Pass it as an artifact");
  }
}
