/** How an artifact is called where people read it: outputs that nobody named go by the name they had in the pipeline. */
import type { ArtifactVersion } from "../core/entities";

export function artifactLabel({ alias, artifact }: Pick<ArtifactVersion, "alias" | "artifact">): string {
  return alias ?? artifact;
}
