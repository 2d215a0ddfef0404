/** The HTML around a page's script: nothing in it comes from users, and nothing but our own files may run or load. */
import { randomBytes } from "node:crypto";
import type { Uri, VSCode } from "../ui/vscodeTypes";
import type { Webview } from "vscode";

export interface PageParts {
  readonly name: string;
  readonly title: string;
  /** Translated texts for the page, handed over in the document so that even its waiting state speaks. */
  readonly strings: Readonly<Record<string, string>>;
}

export function pageRoots(vscode: VSCode, extensionUri: Uri): Uri[] {
  return [vscode.Uri.joinPath(extensionUri, "dist", "webview"), vscode.Uri.joinPath(extensionUri, "media")];
}

export function pageHtml(vscode: VSCode, extensionUri: Uri, webview: Webview, parts: PageParts): string {
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", "webview", name)).toString();
  return renderPage({
    ...parts,
    script: file(`${parts.name}.js`),
    style: file(`${parts.name}.css`),
    source: webview.cspSource,
    nonce: randomBytes(16).toString("base64"),
    language: vscode.env.language,
  });
}

/** The icon of a panel's tab; the colours are those that VS Code gives its own icons in light and dark themes. */
export function pageIcon(vscode: VSCode, extensionUri: Uri, name: string): { light: Uri; dark: Uri } {
  const file = (theme: string): Uri => vscode.Uri.joinPath(extensionUri, "media", `tab-${name}-${theme}.svg`);
  return { light: file("light"), dark: file("dark") };
}

/** The toolkit adds an empty style element, and its rules through the CSSOM: this allows an empty one and no other. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

export interface RenderedPage extends PageParts {
  readonly script: string;
  readonly style: string;
  readonly source: string;
  readonly nonce: string;
  readonly language: string;
}

export function renderPage(page: RenderedPage): string {
  const policy = [
    "default-src 'none'",
    `img-src ${page.source} data: blob:`,
    `style-src ${page.source} ${EMPTY_STYLE}`,
    `font-src ${page.source}`,
    `script-src 'nonce-${page.nonce}'`,
    "worker-src blob:",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="headrace-strings" content="${escapeHtml(JSON.stringify(page.strings))}">
<title>${escapeHtml(page.title)}</title>
<link rel="stylesheet" href="${page.style}">
</head>
<body>
<div id="root"></div>
<script nonce="${page.nonce}" src="${page.script}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
