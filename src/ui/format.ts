/** How numbers and times are written everywhere. */
import { brief } from "../core/brief";
import { visible } from "../core/visible";
import type { VSCode } from "./vscodeTypes";

export { visible };

/** `840 ms`, `3.2 s`, `4 m 05 s`, `2 h 07 m`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, "0")} s`;
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} m`;
}

export function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** What a value is, where there is little room. */
export function briefly(summary: string): string {
  return visible(brief(summary));
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["week", 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** `5 minutes ago`, in the user's language. */
export function ago(vscode: VSCode, time: number, now = Date.now()): string {
  const past = now - time;
  const [unit, length] = steps.find(([, size]) => past >= size) ?? [];
  if (unit === undefined || length === undefined) return vscode.l10n.t("just now");
  const format = new Intl.RelativeTimeFormat(vscode.env.language, { numeric: "auto", style: "short" });
  return format.format(-Math.floor(past / length), unit);
}

export function moment(vscode: VSCode, time: number): string {
  return new Date(time).toLocaleString(vscode.env.language);
}

/** Text as text in Markdown: nothing of it is markup. */
export function escapeMarkdown(text: string): string {
  return visible(text).replace(/[\\`*_{}[\]()#+\-.!|<>&~$@:]/g, (char) =>
    /[<>&]/.test(char) ? entity(char) : `\\${char}`,
  );
}

function entity(char: string): string {
  return char === "<" ? "&lt;" : char === ">" ? "&gt;" : "&amp;";
}

const escapes = new RegExp(
  String.raw`[\u001b\u009b][[\]()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)`,
  "g",
);

/** Output as a document shows it: without colours, and with only the last of what a carriage return overwrote. */
export function plainOutput(text: string): string {
  const plain = text.replace(escapes, "").replace(/\r+\n/g, "\n");
  if (!plain.includes("\r")) return plain;
  return plain
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1).replace(/\r$/, ""))
    .join("\n");
}
