/** What can be written at a place: names of artifacts, versions, models and steps, and the options of the SDK. */
import { callSiteAt, type CallSite } from "../../discovery/callSite";
import type { Discovery } from "../../discovery/discovery";
import { meaningOf } from "../../discovery/meaning";
import type { DiscoveredFile } from "../../discovery/model";
import type { Signature, SignatureParameter, Signatures } from "../../discovery/signatures";
import type { Engines } from "../../ui/engines";
import type {
  CancellationToken,
  CompletionItem,
  CompletionItemProvider,
  Position,
  Range,
  TextDocument,
  VSCode,
} from "../../ui/vscodeTypes";
import { sourceOf } from "../source";
import { knowsSignatures } from "./languageServers";
import { type KnownName, namesFor } from "./names";

/** Characters after which VS Code asks by itself. */
export const completionTriggers = ['"', "'", "`", "(", "=", ","];

export class Completions implements CompletionItemProvider {
  constructor(
    private readonly vscode: VSCode,
    private readonly engines: Engines,
    private readonly discovery: Discovery,
    private readonly signatures: Signatures,
  ) {}

  async provideCompletionItems(
    document: TextDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<CompletionItem[]> {
    const source = sourceOf(document);
    const folder = source === null ? null : this.engines.folderOf(source.file);
    if (source === null || folder === null) return [];
    const found = await this.discovery.read(source);
    // Nothing of ours is in most files.
    if (found === null || token.isCancellationRequested || found.imports.size === 0) return [];
    const site = callSiteAt(document.getText(), document.offsetAt(position), found.language);
    if (site === null) return [];
    const names = this.names(document, position, { folder, found, site });
    const options = await this.options(site, found, document, position);
    return [...names, ...options];
  }

  private names(
    document: TextDocument,
    position: Position,
    { folder, found, site }: { folder: string; found: DiscoveredFile; site: CallSite },
  ): CompletionItem[] {
    const { vscode, discovery } = this;
    const { literal, argument } = site;
    // Where a name of an argument may still begin, and in TypeScript's objects, a bare place is no value yet.
    const isValue = literal !== null || typeof argument === "string" || (site.atName && site.word === "");
    const meaning = meaningOf(site, found);
    if (meaning.subject === null || !isValue) return [];
    const range = literal === null ? wordRange(vscode, site, position) : rangeOf(vscode, document, literal);
    const typed =
      literal === null ? "" : document.getText().slice(literal.start, document.offsetAt(position));
    const reader = this.engines.peek(folder)?.reader ?? null;
    const place = { found, line: position.line + 1, typed };
    return namesFor(meaning, { vscode, discovery, folder, reader }, place).map((known, at) =>
      this.nameItem(known, at, range, literal !== null),
    );
  }

  private nameItem(known: KnownName, at: number, range: Range, isQuoted: boolean): CompletionItem {
    const { vscode } = this;
    const label = { label: known.name, description: known.note };
    const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Constant);
    item.range = range;
    item.insertText = isQuoted ? known.name : JSON.stringify(known.name);
    item.filterText = item.insertText;
    item.sortText = order(at);
    return item;
  }

  /** By name, as the SDK has them; values where there are only a few. */
  private async options(
    site: CallSite,
    found: DiscoveredFile,
    document: TextDocument,
    position: Position,
  ): Promise<CompletionItem[]> {
    const { signature: name } = meaningOf(site, found);
    if (name === null || knowsSignatures(this.vscode)) return [];
    await this.signatures.load();
    const signature = this.signatures.of(name);
    if (signature === null) return [];
    return site.atName
      ? this.optionNames(signature, site, position)
      : this.optionValues(signature, site, document, position);
  }

  private optionNames(signature: Signature, site: CallSite, position: Position): CompletionItem[] {
    const { vscode } = this;
    return signature.parameters
      .filter(({ name }) => !site.given.has(name))
      .map((parameter, at) => {
        const item = new vscode.CompletionItem(`${parameter.name}=`, vscode.CompletionItemKind.Property);
        item.range = wordRange(vscode, site, position);
        item.detail = typeText(parameter);
        item.documentation = new vscode.MarkdownString(parameter.doc ?? "");
        item.sortText = order(isWithoutEffect(parameter) ? at + signature.parameters.length : at);
        item.command = { command: "editor.action.triggerSuggest", title: "" };
        return item;
      });
  }

  private optionValues(
    signature: Signature,
    site: CallSite,
    document: TextDocument,
    position: Position,
  ): CompletionItem[] {
    const { vscode } = this;
    const parameter = signature.parameters.find(({ name }) => name === site.argument);
    const { literal } = site;
    const values = parameter === undefined ? [] : this.valuesOf(parameter);
    return values.flatMap(({ value, isText }, at) => {
      if (literal !== null && !isText) return [];
      const kind = isText ? vscode.CompletionItemKind.EnumMember : vscode.CompletionItemKind.Value;
      const item = new vscode.CompletionItem(value, kind);
      item.range = literal === null ? wordRange(vscode, site, position) : rangeOf(vscode, document, literal);
      item.insertText = isText && literal === null ? JSON.stringify(value) : value;
      item.filterText = item.insertText;
      item.sortText = order(at);
      return [item];
    });
  }

  private valuesOf({ annotation, name }: SignatureParameter): readonly { value: string; isText: boolean }[] {
    const type = annotation ?? "";
    if (/\bbool\b/.test(type)) return ["True", "False"].map((value) => ({ value, isText: false }));
    if (name === "cache_policy") return ["default", "no_cache"].map((value) => ({ value, isText: true }));
    const enumeration = /\b(ExecutionMode|ArtifactType)\b/.exec(type)?.[1];
    const values = enumeration === undefined ? [] : this.signatures.values(enumeration);
    return values.map((value) => ({ value, isText: true }));
  }
}

/** Accepted so that other people's code runs, and nothing more. */
function isWithoutEffect({ doc }: SignatureParameter): boolean {
  return /\bhas no meaning here\b|\bno effect here\b|\bwithout effect\b|^Accepted\b/.test(doc ?? "");
}

export function typeText({ annotation, default: value }: SignatureParameter): string {
  const type = (annotation ?? "").replace(/["']/g, "");
  return value === null ? type : `${type} = ${value}`;
}

function wordRange(vscode: VSCode, { word }: CallSite, { line, character }: Position): Range {
  return new vscode.Range(line, character - word.length, line, character);
}

function rangeOf(
  vscode: VSCode,
  document: TextDocument,
  { start, end }: { readonly start: number; readonly end: number },
): Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** VS Code sorts by text. */
function order(at: number): string {
  return `0${at.toString().padStart(4, "0")}`;
}
