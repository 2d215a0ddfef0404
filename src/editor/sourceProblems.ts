/** What is wrong with pipelines before they run, in the list of problems, each with what to do and a fix where one is plain. */
import { isDeepStrictEqual } from "node:util";
import type { Discovery } from "../discovery/discovery";
import type { DiscoveredFile } from "../discovery/model";
import { type Problem, type ProblemCode, problemsOf } from "../discovery/problems";
import type { Engines } from "../ui/engines";
import { visible } from "../ui/format";
import { Coalesced, Disposable } from "../ui/lifecycle";
import { readSetting } from "../ui/registry";
import type {
  CodeAction,
  CodeActionProvider,
  Diagnostic,
  DiagnosticCollection,
  Range,
  TextDocument,
  VSCode,
} from "../ui/vscodeTypes";
import { foundIn, rangeOf, sourceOf } from "./source";

const REST_MS = 300;
/** Names of artifacts that are compared with what is looked up. */
const MOST_NAMES = 10_000;

type Severity = "Error" | "Warning" | "Information";
const severities: Readonly<Record<ProblemCode, Severity>> = {
  "wrong-unpacking": "Error",
  "after-cycle": "Error",
  "duplicate-id": "Error",
  "duplicate-output": "Error",
  "not-json": "Error",
  "no-steps": "Warning",
  "duplicate-pipeline": "Warning",
  "unknown-artifact": "Warning",
  "step-outside-pipeline": "Information",
};

interface Told {
  readonly version: number;
  readonly problems: readonly Problem[];
}

export class SourceProblems extends Disposable implements CodeActionProvider {
  private readonly collection: DiagnosticCollection;
  private readonly told = new Map<string, Told>();
  private readonly updating = this.register(new Coalesced(() => this.update(), REST_MS));

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly discovery: Discovery,
  ) {
    super();
    this.collection = this.register(vscode.languages.createDiagnosticCollection("headrace-source"));
    const soon = (): void => this.updating.request();
    this.register(discovery.onDidChange(soon));
    this.register(engines.onChange(soon));
    this.register(engines.onState(soon));
    this.register(vscode.workspace.onDidOpenTextDocument(soon));
    this.register(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.collection.delete(uri);
        this.told.delete(uri.toString());
      }),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration("headrace.problems") && soon(),
      ),
    );
    soon();
  }

  /** Fixes of the text as it is now: what was told may be of the text before the last key. */
  async provideCodeActions(document: TextDocument, range: Range): Promise<CodeAction[]> {
    const source = sourceOf(document);
    const found = source === null ? null : await this.discovery.read(source);
    const problems = (found === null ? null : this.problemsIn(found)) ?? [];
    return problems.flatMap((problem) => {
      const diagnostic = this.diagnostic(problem);
      const title = this.fixTitle(problem);
      if (problem.fix === null || title === null || !touches(diagnostic.range, range)) return [];
      const { vscode } = this;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      const place = rangeOf(vscode, problem.fix.span);
      const replaced = problem.fix.text === "" ? withComma(vscode, document, place) : place;
      action.edit.replace(document.uri, replaced, problem.fix.text);
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      return [action];
    });
  }

  private update(): void {
    for (const document of this.vscode.workspace.textDocuments) {
      if (sourceOf(document) !== null) this.updateDocument(document);
    }
  }

  private updateDocument(document: TextDocument): void {
    const found = foundIn(this.discovery, document);
    const problems = found === null ? null : this.problemsIn(found);
    if (problems === null) return;
    const key = document.uri.toString();
    const told: Told = { version: document.version, problems };
    // Told again, VS Code would ask for fixes anew, and forget the list of them that someone is just opening.
    if (isDeepStrictEqual(told, this.told.get(key))) return;
    this.told.set(key, told);
    this.collection.set(
      document.uri,
      problems.map((problem) => this.diagnostic(problem)),
    );
  }

  /** Null outside of folders, and while the text is broken: what was told before stays then. */
  private problemsIn(found: DiscoveredFile): readonly Problem[] | null {
    const folder = this.engines.folderOf(found.file);
    if (folder === null || found.broken) return null;
    if (!readSetting(this.vscode, "problems.enabled", folder)) return [];
    const { discovery } = this;
    return problemsOf(found, {
      surelyStepOf: discovery.surelyStepOf.bind(discovery),
      artifacts: found.lookups.length === 0 ? null : this.artifactNames(folder),
    });
  }

  /** Null while nothing is stored: then everything is still to come. */
  private artifactNames(folder: string): ReadonlySet<string> | null {
    const engine = this.engines.peek(folder);
    const stored = engine?.reader.artifacts({ limit: MOST_NAMES });
    if (stored === undefined || stored.total === 0 || stored.total > MOST_NAMES) return null;
    return new Set([
      ...stored.items.map((artifact) => artifact.name),
      ...this.discovery.steps(folder).flatMap((step) => step.outputs),
      ...this.discovery.savedNames(folder),
    ]);
  }

  private diagnostic(problem: Problem): Diagnostic {
    const { vscode } = this;
    const severity = vscode.DiagnosticSeverity[severities[problem.code]];
    const range = rangeOf(vscode, problem.span);
    const diagnostic = new vscode.Diagnostic(range, visible(this.message(problem)), severity);
    diagnostic.source = "Headrace";
    diagnostic.code = problem.code;
    return diagnostic;
  }

  private message(problem: Problem): string {
    const { l10n } = this.vscode;
    switch (problem.code) {
      case "wrong-unpacking":
        return this.unpackingMessage(problem);
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
        return problem.what === "function"
          ? l10n.t(
              "A function can’t be recorded as a parameter of {0}. Give a value with a JSON form, and choose the function inside the step.",
              problem.step,
            )
          : l10n.t("A generator can’t be recorded as a parameter of {0}. Give a list instead.", problem.step);
      case "no-steps":
        return l10n.t(
          "{0} calls no step, so there is nothing to run. Call one in its body.",
          problem.pipeline,
        );
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
      case "step-outside-pipeline":
        return l10n.t(
          "{0} is called outside of a pipeline: it runs alone, each time this file is imported. Call it in a pipeline’s body.",
          problem.step,
        );
    }
  }

  private unpackingMessage(problem: Extract<Problem, { readonly code: "wrong-unpacking" }>): string {
    const { l10n } = this.vscode;
    const { step, targets, outputs } = problem;
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

  private fixTitle(problem: Problem): string | null {
    const { l10n } = this.vscode;
    switch (problem.code) {
      case "wrong-unpacking":
        return l10n.t("Take them as {0}", problem.fix?.text ?? "");
      case "after-cycle":
        return l10n.t("Remove this “after”");
      case "duplicate-id":
        return l10n.t("Change the id to {0}", problem.suggestion);
      case "unknown-artifact":
        return l10n.t("Change to {0}", problem.similar ?? "");
      default:
        return null;
    }
  }
}

function touches(a: Range, b: Range): boolean {
  return a.start.line <= b.end.line && b.start.line <= a.end.line;
}

/** An argument with the comma that joins it to the others. */
function withComma(vscode: VSCode, document: TextDocument, { start, end }: Range): Range {
  const before = document.lineAt(start.line).text.slice(0, start.character);
  const leading = /,\s*$/.exec(before);
  if (leading !== null) return new vscode.Range(start.line, leading.index, end.line, end.character);
  const trailing = /^\s*,\s*/.exec(document.lineAt(end.line).text.slice(end.character));
  return new vscode.Range(start.line, start.character, end.line, end.character + (trailing?.[0].length ?? 0));
}
