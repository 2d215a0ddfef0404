/** Artifact versions on their way from one place of the window to another: their ids, under a name of our own. */
export const DRAGGED_VERSIONS = "application/vnd.headrace.artifact-versions";

export function draggedVersions(ids: readonly string[]): string {
  return JSON.stringify(ids);
}

export function versionsIn(dragged: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(dragged);
    return Array.isArray(parsed) ? parsed.filter((id) => typeof id === "string") : [];
  } catch {
    // Something else goes by our name.
    return [];
  }
}
