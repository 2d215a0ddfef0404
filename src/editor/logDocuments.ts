/** Logs of steps as read-only documents: without colours, growing while the step runs. */
import { open } from "node:fs/promises";
import * as path from "node:path";
import type { Engines } from "../ui/engines";
import { plainOutput } from "../ui/format";
import { Coalesced, Disposable } from "../ui/lifecycle";
import type { StepRef } from "../ui/refs";
import type { EventEmitter, TextDocument, TextDocumentContentProvider, Uri, VSCode } from "../ui/vscodeTypes";
import type { DocumentLink, DocumentLinkProvider } from "vscode";

export const LOG_SCHEME = "headrace-log";

/** Of larger logs the end is shown. */
const LARGEST = 8 << 20;
const COALESCE_MS = 200;

export function logUri(vscode: VSCode, step: StepRef): Uri {
  const { workspace, runId, invocation } = step;
  return vscode.Uri.from({
    scheme: LOG_SCHEME,
    path: `/${encodeURIComponent(invocation)}.log`,
    query: JSON.stringify({ workspace, runId, invocation }),
  });
}

function stepOf(uri: Uri): Omit<StepRef, "kind"> | null {
  try {
    const parsed: unknown = JSON.parse(uri.query);
    if (typeof parsed !== "object" || parsed === null) return null;
    const { workspace, runId, invocation } = parsed as Record<string, unknown>;
    if (typeof workspace !== "string" || typeof runId !== "string" || typeof invocation !== "string")
      return null;
    return { workspace, runId, invocation };
  } catch {
    return null;
  }
}

export class LogDocuments extends Disposable implements TextDocumentContentProvider, DocumentLinkProvider {
  private readonly changed: EventEmitter<Uri>;
  private readonly grown = new Set<string>();
  private readonly growing = this.register(new Coalesced(() => this.tell(), COALESCE_MS));

  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
  ) {
    super();
    this.changed = this.register(new vscode.EventEmitter<Uri>());
    this.register(
      engines.onLive(({ engine, event }) => {
        if (event.type !== "step.log" && event.type !== "step.finished") return;
        const { runId, invocation } = event;
        this.grown.add(
          logUri(vscode, { kind: "step", workspace: engine.workspace, runId, invocation }).toString(),
        );
        this.growing.request();
      }),
    );
  }

  get onDidChange(): EventEmitter<Uri>["event"] {
    return this.changed.event;
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const { l10n } = this.vscode;
    const step = stepOf(uri);
    if (step === null) return l10n.t("This is no log of a step.");
    const engine = await this.engines.get(step.workspace);
    const log = await readEnd(engine.logFile(step.runId, step.invocation));
    if (log === null) return l10n.t("This step has printed nothing.");
    const text = plainOutput(log.text);
    return log.cut ? `${l10n.t("… the beginning is not shown: {0}", log.file)}\n${text}` : text;
  }

  /** Frames of a traceback lead to their lines. */
  provideDocumentLinks(document: TextDocument): DocumentLink[] {
    const { vscode } = this;
    const step = stepOf(document.uri);
    const links: DocumentLink[] = [];
    for (const match of document.getText().matchAll(/File "([^"\n]+)", line (\d+)/g)) {
      const [, file = "", line = "1"] = match;
      const range = new vscode.Range(
        document.positionAt(match.index),
        document.positionAt(match.index + match[0].length),
      );
      const target = vscode.Uri.file(path.resolve(step?.workspace ?? "", file)).with({
        fragment: `L${line}`,
      });
      links.push(new vscode.DocumentLink(range, target));
    }
    return links;
  }

  /** Only what is open is read again. */
  private tell(): void {
    const open = new Map(this.vscode.workspace.textDocuments.map(({ uri }) => [uri.toString(), uri]));
    for (const key of this.grown) {
      const uri = open.get(key);
      if (uri !== undefined) this.changed.fire(uri);
    }
    this.grown.clear();
  }
}

async function readEnd(
  file: string,
): Promise<{ readonly text: string; readonly cut: boolean; readonly file: string } | null> {
  let handle;
  try {
    handle = await open(file, "r");
  } catch {
    return null;
  }
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, LARGEST);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return { text: buffer.toString("utf8", 0, bytesRead), cut: size > length, file };
  } finally {
    await handle.close();
  }
}
