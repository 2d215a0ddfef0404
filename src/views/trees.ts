/** The four trees. */
import type { Change } from "../core/events";
import type { Discovery } from "../discovery/discovery";
import type { Engine } from "../engine/api";
import type { Engines } from "../ui/engines";
import { setContext } from "../ui/registry";
import type { Memento, VSCode } from "../ui/vscodeTypes";
import { ArtifactRow } from "./artifactRows";
import { ArtifactDrag } from "./dragAndDrop";
import { ModelRow } from "./modelRows";
import { PipelineRow } from "./pipelineRows";
import type { Row } from "./row";
import { RunRow } from "./runRows";
import { EntityTree, type Touched } from "./tree";

type Entity = Change["entities"][number];

function keyed(prefix: string, ownKey: string): string {
  return prefix === "" ? ownKey : `${prefix}/${ownKey}`;
}

export class PipelinesTree extends EntityTree {
  constructor(
    vscode: VSCode,
    engines: Engines,
    private readonly discovery: Discovery,
  ) {
    super(vscode, engines, { view: "headrace.pipelines" });
    this.register(discovery.onDidChange(() => this.refresh()));
  }

  protected async list(folder: string, engine: Engine | null, parent: Row | null): Promise<readonly Row[]> {
    await this.discovery.scan(folder);
    setContext(this.vscode, "headrace.scanned", true);
    const context = {
      vscode: this.vscode,
      discovery: this.discovery,
      engine: () => this.engines.peek(folder),
    };
    const inSource = this.discovery.pipelines(folder);
    const names = new Set(inSource.map((pipeline) => pipeline.name));
    const recorded = (engine?.reader.pipelines({ limit: 500 }).items ?? []).filter(
      (known) => !names.has(known.name),
    );
    return [
      ...inSource.map(
        ({ name, file, functionName }) => new PipelineRow(context, parent, folder, name, file, functionName),
      ),
      ...recorded.map(({ name }) => new PipelineRow(context, parent, folder, name, null, null)),
    ];
  }

  protected touched(entity: Entity): readonly Touched[] {
    return entity.kind === "pipeline" || entity.kind === "run" || entity.kind === "step_run" ? [null] : [];
  }
}

export class RunsTree extends EntityTree {
  constructor(vscode: VSCode, engines: Engines, memory: Memento) {
    super(vscode, engines, { view: "headrace.runs", filter: { key: "headrace.runsFiltered", memory } });
    this.register(engines.onLive(() => this.updateBadge()));
    this.register(engines.onState(() => this.updateBadge()));
  }

  protected list(_folder: string, engine: Engine | null, parent: Row | null): readonly Row[] {
    if (engine === null) return [];
    const key = parent?.key ?? "";
    const limit = this.limit(key);
    const page = engine.reader.runs({ limit, ...(this.filter === "" ? {} : parseRunFilter(this.filter)) });
    const rows: Row[] = page.items.map((run) => new RunRow(this.context(engine), parent, run.id));
    if (page.total > limit) rows.push(this.loadMoreRow(parent, key, page.total - limit));
    return rows;
  }

  protected touched(entity: Entity, prefix: string): readonly Touched[] {
    // A run that is new, gone or renamed changes the list; a step changes its run only.
    if (entity.kind === "run") return [keyed(prefix, `run:${entity.id}`), null];
    if (entity.kind === "step_run")
      return entity.parent === undefined ? [null] : [keyed(prefix, `run:${entity.parent}`)];
    return [];
  }

  private updateBadge(): void {
    const running = this.engines.all().reduce((sum, engine) => sum + engine.active().length, 0);
    const { l10n } = this.vscode;
    const tooltip =
      running === 1 ? l10n.t("1 pipeline is running") : l10n.t("{0} pipelines are running", running);
    this.view.badge = running === 0 ? undefined : { value: running, tooltip };
    setContext(this.vscode, "headrace.running", running > 0);
  }
}

const statusWords = ["initializing", "running", "completed", "failed", "cancelled", "interrupted"] as const;

/** `@failed pipeline:train text` → what the store is asked. */
export function parseRunFilter(filter: string): {
  readonly status?: readonly (typeof statusWords)[number][];
  readonly pipeline?: string;
  readonly tag?: string;
  readonly text?: string;
} {
  const words = filter.split(/\s+/).filter((word) => word !== "");
  const valueOf = (prefix: string): string | undefined =>
    words.find((word) => word.startsWith(prefix) && word.length > prefix.length)?.slice(prefix.length);
  const status = statusWords.filter((status) => words.includes(`@${status}`));
  const pipeline = valueOf("pipeline:");
  const tag = valueOf("#");
  const text = words.filter((word) => !/^(@|#|pipeline:)/.test(word)).join(" ");
  return {
    ...(status.length > 0 ? { status } : {}),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(tag === undefined ? {} : { tag }),
    ...(text === "" ? {} : { text }),
  };
}

export class ArtifactsTree extends EntityTree {
  constructor(vscode: VSCode, engines: Engines, memory: Memento) {
    super(vscode, engines, {
      view: "headrace.artifacts",
      filter: { key: "headrace.artifactsFiltered", memory },
      dragAndDrop: new ArtifactDrag(vscode, engines),
    });
  }

  protected list(_folder: string, engine: Engine | null, parent: Row | null): readonly Row[] {
    if (engine === null) return [];
    const key = parent?.key ?? "";
    const limit = this.limit(key);
    const page = engine.reader.artifacts({ limit, ...(this.filter === "" ? {} : { text: this.filter }) });
    const rows: Row[] = page.items.map(
      (artifact) => new ArtifactRow(this.context(engine), parent, artifact.id),
    );
    if (page.total > limit) rows.push(this.loadMoreRow(parent, key, page.total - limit));
    return rows;
  }

  protected touched(entity: Entity, prefix: string): readonly Touched[] {
    switch (entity.kind) {
      case "artifact":
        return [keyed(prefix, `artifact:${entity.id}`), null];
      case "artifact_version":
        return entity.parent === undefined ? [null] : [keyed(prefix, `artifact:${entity.parent}`), null];
      case "link":
        return [null];
      default:
        return [];
    }
  }
}

export class ModelsTree extends EntityTree {
  constructor(vscode: VSCode, engines: Engines, memory: Memento, drop: ArtifactDrag) {
    super(vscode, engines, {
      view: "headrace.models",
      filter: { key: "headrace.modelsFiltered", memory },
      dragAndDrop: drop,
    });
  }

  protected list(_folder: string, engine: Engine | null, parent: Row | null): readonly Row[] {
    if (engine === null) return [];
    const key = parent?.key ?? "";
    const limit = this.limit(key);
    const page = engine.reader.models({ limit, ...(this.filter === "" ? {} : { text: this.filter }) });
    const rows: Row[] = page.items.map((model) => new ModelRow(this.context(engine), parent, model.id));
    if (page.total > limit) rows.push(this.loadMoreRow(parent, key, page.total - limit));
    return rows;
  }

  protected touched(entity: Entity, prefix: string): readonly Touched[] {
    switch (entity.kind) {
      case "model":
        return [keyed(prefix, `model:${entity.id}`), null];
      case "model_version":
        return entity.parent === undefined ? [null] : [keyed(prefix, `model:${entity.parent}`), null];
      case "link":
        return [null];
      default:
        return [];
    }
  }
}
