/** What is wrong with pipelines before they run, in the list of problems, each with what to do and a fix where one is plain. */
import { isDeepStrictEqual } from "node:util";
import type { Discovery } from "../discovery/discovery";
import type { DiscoveredFile } from "../discovery/model";
import { type Problem, type ProblemCode, problemsOf, type Surroundings } from "../discovery/problems";
import type { Signature, Signatures } from "../discovery/signatures";
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
import { fixTitle, problemText } from "./problemTexts";
import { foundIn, rangeOf, sourceOf } from "./source";

const REST_MS = 300;
/** Names of artifacts that are compared with what is looked up. */
const MOST_NAMES = 10_000;

type Severity = "Error" | "Warning" | "Information" | "Hint";
const severities: Readonly<Record<ProblemCode, Severity>> = {
  "wrong-unpacking": "Error",
  "after-cycle": "Error",
  "duplicate-id": "Error",
  "duplicate-output": "Error",
  "not-json": "Error",
  "no-steps": "Warning",
  "duplicate-pipeline": "Warning",
  "unknown-artifact": "Warning",
  "unknown-step": "Error",
  "unknown-option": "Error",
  "step-outside-pipeline": "Information",
  "unused-output": "Hint",
};

interface Told {
  readonly version: number;
  readonly problems: readonly Problem[];
}

export class SourceProblems extends Disposable implements CodeActionProvider {
  private readonly collection: DiagnosticCollection;
  private readonly told = new Map<string, Told>();
  private knownOptions: Surroundings["options"] = null;
  private readonly updating = this.register(new Coalesced(() => this.update(), REST_MS));

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly discovery: Discovery,
    private readonly signatures: Signatures,
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
      const title = fixTitle(this.vscode, problem);
      if (problem.fix === null || title === null || !touches(diagnostic.range, range)) return [];
      const { vscode } = this;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      const place = rangeOf(vscode, problem.fix.span);
      const replaced = problem.fix.text === "" ? withComma(vscode, document, place) : place;
      action.edit.replace(document.uri, replaced, problem.fix.text);
      for (const { span, text } of problem.fix.also ?? [])
        action.edit.replace(document.uri, rangeOf(vscode, span), text);
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
      options: found.options.length === 0 ? null : this.options(),
      importable: (file) => discovery.importable(folder, file),
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

  /** Null until the SDK was read, which begins here; what is told is told anew then. */
  private options(): Surroundings["options"] {
    const { signatures } = this;
    const [pipeline, step] = [signatures.of("pipeline"), signatures.of("step")];
    if (pipeline !== null && step !== null)
      return (this.knownOptions ??= { pipeline: namesOf(pipeline), step: namesOf(step) });
    // Without it nothing is told of options, and the rest is.
    void signatures.load().then(
      () => this.updating.request(),
      () => undefined,
    );
    return null;
  }

  private diagnostic(problem: Problem): Diagnostic {
    const { vscode } = this;
    const severity = vscode.DiagnosticSeverity[severities[problem.code]];
    const range = rangeOf(vscode, problem.span);
    const diagnostic = new vscode.Diagnostic(range, visible(problemText(vscode, problem)), severity);
    diagnostic.source = "Headrace";
    diagnostic.code = problem.code;
    if (problem.code === "unused-output") diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
    return diagnostic;
  }
}

function namesOf({ parameters }: Signature): ReadonlySet<string> {
  return new Set(parameters.map(({ name }) => name));
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
