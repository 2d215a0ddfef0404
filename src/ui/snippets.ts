/** The lines that load an artifact in a user's own code, and where they go in it. */
import type { ArtifactVersion, Language } from "../core/entities";
import type { TextDocument } from "./vscodeTypes";

const languages: Readonly<Record<string, Language>> = {
  python: "python",
  typescript: "node",
  typescriptreact: "node",
  javascript: "node",
  javascriptreact: "node",
};

/** VS Code's names of the languages that there are such lines in. */
export const snippetLanguages = Object.keys(languages);

export function snippetLanguage({ languageId }: TextDocument): Language | undefined {
  return languages[languageId];
}

export function loaderSnippet(version: ArtifactVersion, language: Language = version.language): string {
  return language === "python" ? pythonSnippet(version) : typescriptSnippet(version);
}

function pythonSnippet({ id, artifact, version }: ArtifactVersion): string {
  return [
    "from zenml.client import Client",
    "",
    `# ${oneLine(artifact)}, version ${oneLine(version)}`,
    `artifact = Client().get_artifact_version(${JSON.stringify(id)})`,
    "value = artifact.load()",
    "",
  ].join("\n");
}

function typescriptSnippet({ id, artifact, version }: ArtifactVersion): string {
  return [
    'import { Client } from "headrace";',
    "",
    `// ${oneLine(artifact)}, version ${oneLine(version)}`,
    `const artifact = await new Client().getArtifactVersion(${JSON.stringify(id)});`,
    "const value = await artifact.load();",
    "",
  ].join("\n");
}

/** A name can hold anything; in a comment it must stay in its line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** A text as lines of their own at a line of a document: in place of an empty one, below any other, indented as fits. */
export function ownLines(
  document: TextDocument,
  line: number,
  text: string,
): { readonly at: number; readonly text: string } {
  const there = document.lineAt(line).text;
  const isEmpty = there.trim() === "";
  const indent = there === "" || opensBlock.test(there) ? indentBelow(document, line) : indentOf(there);
  const lines = text.trimEnd().split("\n");
  const indented = lines.map((one) => (one === "" ? one : indent + one)).join("\n");
  return { at: there.length, text: isEmpty ? indented.slice(there.length) : `\n${indented}` };
}

const opensBlock = /[:{]\s*$/;

function indentBelow(document: TextDocument, line: number): string {
  for (let below = line + 1; below < document.lineCount; below++) {
    const { text } = document.lineAt(below);
    if (text.trim() !== "") return indentOf(text);
  }
  return "";
}

function indentOf(text: string): string {
  return /^\s*/.exec(text)?.[0] ?? "";
}
