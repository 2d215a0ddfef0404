/** Over the name of an option of the Python SDK: what it is, and what it takes. */
import { callSiteAt } from "../../discovery/callSite";
import type { Discovery } from "../../discovery/discovery";
import { meaningOf } from "../../discovery/meaning";
import type { Signatures } from "../../discovery/signatures";
import type {
  CancellationToken,
  Hover,
  HoverProvider,
  Position,
  TextDocument,
  VSCode,
} from "../../ui/vscodeTypes";
import { sourceOf } from "../source";
import { typeText } from "./completions";
import { knowsSignatures } from "./languageServers";

export class OptionHovers implements HoverProvider {
  constructor(
    private readonly vscode: VSCode,
    private readonly discovery: Discovery,
    private readonly signatures: Signatures,
  ) {}

  async provideHover(
    document: TextDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<Hover | null> {
    const { vscode } = this;
    const source = sourceOf(document);
    const range = document.getWordRangeAtPosition(position, /[A-Za-z_]\w*(?=\s*=(?!=))/);
    if (source === null || range === undefined || knowsSignatures(vscode)) return null;
    const found = await this.discovery.read(source);
    if (found?.language !== "python") return null;
    const site = callSiteAt(document.getText(), document.offsetAt(range.start), found.language);
    // What is assigned there, or is compared, is no name of an argument.
    if (site?.atName !== true || site.word !== "") return null;
    const { signature: called } = meaningOf(site, found);
    if (called === null) return null;
    await this.signatures.load();
    const name = document.getText(range);
    const parameter = this.signatures.of(called)?.parameters.find((one) => one.name === name);
    if (parameter === undefined || token.isCancellationRequested) return null;
    const text = new vscode.MarkdownString();
    text.appendMarkdown(`\`\`\`python\n${name}: ${typeText(parameter)}\n\`\`\`\n\n${parameter.doc ?? ""}`);
    return new vscode.Hover(text, range);
  }
}
