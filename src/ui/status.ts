/** How states look and read: always an icon and a word, never a colour alone. */
import type { RunStatus, Stage, StepStatus } from "../core/entities";
import type { ThemeIcon, VSCode } from "./vscodeTypes";

type Status = RunStatus | StepStatus;

const looks: Readonly<Record<Status, readonly [icon: string, color: string]>> = {
  initializing: ["loading~spin", "headrace.running"],
  waiting: ["circle-outline", "headrace.skipped"],
  running: ["loading~spin", "headrace.running"],
  retrying: ["sync~spin", "headrace.running"],
  retried: ["refresh", "headrace.skipped"],
  completed: ["pass", "headrace.completed"],
  cached: ["history", "headrace.cached"],
  failed: ["error", "headrace.failed"],
  skipped: ["circle-slash", "headrace.skipped"],
  cancelled: ["stop-circle", "headrace.cancelled"],
  interrupted: ["debug-disconnect", "headrace.cancelled"],
};

export function statusCodicon(status: Status): string {
  return looks[status][0];
}

export function statusIcon(vscode: VSCode, status: Status): ThemeIcon {
  const [icon, color] = looks[status];
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}

export function statusWord(vscode: VSCode, status: Status): string {
  const { l10n } = vscode;
  switch (status) {
    case "initializing":
      return l10n.t("starting");
    case "waiting":
      return l10n.t("waiting");
    case "running":
      return l10n.t("running");
    case "retrying":
      return l10n.t("retrying");
    case "retried":
      return l10n.t("retried");
    case "completed":
      return l10n.t("completed");
    case "cached":
      return l10n.t("cached");
    case "failed":
      return l10n.t("failed");
    case "skipped":
      return l10n.t("skipped");
    case "cancelled":
      return l10n.t("cancelled");
    case "interrupted":
      return l10n.t("interrupted");
  }
}

export function isActive(status: Status): boolean {
  return status === "running" || status === "initializing" || status === "retrying";
}

export function stageIcon(vscode: VSCode, stage: Stage | null): ThemeIcon {
  switch (stage) {
    case "production":
      return new vscode.ThemeIcon("rocket", new vscode.ThemeColor("headrace.completed"));
    case "staging":
      return new vscode.ThemeIcon("beaker", new vscode.ThemeColor("headrace.running"));
    case "archived":
      return new vscode.ThemeIcon("archive", new vscode.ThemeColor("headrace.skipped"));
    case null:
      return new vscode.ThemeIcon("tag");
  }
}

export function stageWord(vscode: VSCode, stage: Stage | "none"): string {
  switch (stage) {
    case "production":
      return vscode.l10n.t("production");
    case "staging":
      return vscode.l10n.t("staging");
    case "archived":
      return vscode.l10n.t("archived");
    case "none":
      return vscode.l10n.t("no stage");
  }
}

/** An icon by what a value is. */
export function artifactIcon(
  vscode: VSCode,
  artifact: { readonly type: string; readonly dataType: string },
): ThemeIcon {
  return new vscode.ThemeIcon(artifactCodicon(artifact.type, artifact.dataType));
}

function artifactCodicon(type: string, dataType: string): string {
  if (type === "ModelArtifact") return "symbol-class";
  const name = dataType.slice(dataType.lastIndexOf(".") + 1).toLowerCase();
  if (/frame|series|table/.test(name)) return "table";
  if (/ndarray|tensor|matrix|array/.test(name)) return "symbol-array";
  if (/^(int|float|complex|bool|number|boolean)/.test(name)) return "symbol-numeric";
  if (/^(str|string)/.test(name)) return "symbol-string";
  if (/html|markdown|text/.test(name)) return "file-text";
  if (/image|figure|plot/.test(name)) return "file-media";
  if (/^(dict|list|tuple|set|object)/.test(name)) return "json";
  return type === "DataAnalysisArtifact" || type === "StatisticsArtifact" ? "graph" : "package";
}
