/** The lines that load an artifact in a user's own code. */
import type { ArtifactVersion, Language } from "../core/entities";

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
