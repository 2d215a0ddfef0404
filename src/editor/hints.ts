/** Beside the names in a pipeline's body: what they were in its last run. */
import type { ArtifactVersion } from "../core/entities";
import type { Discovery } from "../discovery/discovery";
import type { AssignedName, DiscoveredPipeline, StepCall } from "../discovery/model";
import type { Engines } from "../ui/engines";
import { artifactLabel } from "../ui/artifactLabel";
import { briefly } from "../ui/format";
import { Coalesced, Disposable } from "../ui/lifecycle";
import { asCommand, readSetting } from "../ui/registry";
import { runLabel } from "../ui/runLabel";
import type {
  EventEmitter,
  InlayHint,
  InlayHintsProvider,
  Range,
  TextDocument,
  VSCode,
} from "../ui/vscodeTypes";
import type { LastRuns, RanCall } from "./lastRuns";
import { foundIn } from "./source";

const COALESCE_MS = 250;
/** VS Code cuts off what is longer than 43 characters in one line: of more names than this only the shapes are shown. */
const BRIEF_FROM = 1;

export class Hints extends Disposable implements InlayHintsProvider {
  private readonly changed: EventEmitter<void>;
  private readonly changing = this.register(new Coalesced(() => this.changed.fire(), COALESCE_MS));

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly discovery: Discovery,
    private readonly lastRuns: LastRuns,
  ) {
    super();
    this.changed = this.register(new vscode.EventEmitter<void>());
    const soon = (): void => this.changing.request();
    this.register(engines.onChange(soon));
    this.register(engines.onState(soon));
    this.register(discovery.onDidChange(soon));
    this.register(
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration("headrace.inlayHints") && soon(),
      ),
    );
  }

  get onDidChangeInlayHints(): EventEmitter<void>["event"] {
    return this.changed.event;
  }

  provideInlayHints(document: TextDocument, range: Range): InlayHint[] {
    const found = foundIn(this.discovery, document);
    const folder = found === null ? null : this.engines.folderOf(found.file);
    if (found === null || folder === null || !readSetting(this.vscode, "inlayHints.enabled", folder))
      return [];
    return found.pipelines.flatMap((pipeline) => this.ofPipeline(pipeline, range));
  }

  private ofPipeline(pipeline: DiscoveredPipeline, range: Range): InlayHint[] {
    return pipeline.calls
      .filter((call) => call.span.endLine - 1 >= range.start.line && call.span.line - 1 <= range.end.line)
      .flatMap((call) => this.ofCall(pipeline, call));
  }

  private ofCall(pipeline: DiscoveredPipeline, call: StepCall): InlayHint[] {
    const ran = this.lastRuns.ofCall(pipeline, call);
    const [only] = ran;
    if (only === undefined) return [];
    if (ran.length > 1) return call.assigned.slice(0, 1).map((name) => this.manyTimes(name, ran));
    const brief = call.assigned.length > BRIEF_FROM;
    return call.assigned.flatMap((name) => {
      const version = outputOf(only, name);
      return version === null ? [] : [this.hint(name, version, only, brief)];
    });
  }

  private hint(
    name: AssignedName,
    version: ArtifactVersion,
    { engine, run }: RanCall,
    brief: boolean,
  ): InlayHint {
    const { vscode } = this;
    const shape = brief ? /\([\d, ]+\)/.exec(version.summary)?.[0] : undefined;
    const label = new vscode.InlayHintLabelPart(`⟶ ${briefly(shape ?? version.summary)}`);
    label.tooltip = vscode.l10n.t(
      "{0} v{1}, from {2}",
      artifactLabel(version),
      version.version,
      runLabel(run),
    );
    const ref = { kind: "artifactVersion", workspace: engine.workspace, id: version.id } as const;
    label.command = asCommand("headrace.openArtifact", vscode.l10n.t("Open Artifact"), ref);
    return this.after(name, [label]);
  }

  /** A call in a loop has many results. */
  private manyTimes(name: AssignedName, ran: readonly RanCall[]): InlayHint {
    const { vscode } = this;
    const label = new vscode.InlayHintLabelPart(`⟶ ${vscode.l10n.t("{0} invocations", ran.length)}`);
    return this.after(name, [label]);
  }

  private after(name: AssignedName, label: InstanceType<VSCode["InlayHintLabelPart"]>[]): InlayHint {
    const { vscode } = this;
    const position = new vscode.Position(name.span.endLine - 1, name.span.endColumn - 1);
    const hint = new vscode.InlayHint(position, label, vscode.InlayHintKind.Type);
    hint.paddingLeft = true;
    return hint;
  }
}

/** The artifact that a name stands for. */
export function outputOf({ engine, step }: RanCall, name: AssignedName): ArtifactVersion | null {
  const whole = name.output === null && step.outputs.length === 1 ? 0 : name.output;
  const output = whole === null ? undefined : step.outputs[whole];
  return output === undefined ? null : engine.reader.artifactVersion(output.artifactVersionId);
}
