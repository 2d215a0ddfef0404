/** `Client().delete_*` and `prune_artifacts`. */
import type { JsonObject } from "../../core/json";
import type { EngineContext } from "../context";
import {
  deleteArtifact,
  deleteArtifactVersion,
  deletePipeline,
  deleteRun,
  pruneArtifacts,
  pruneArtifactVersions,
} from "../decide/deletion";
import type { Draft } from "../decide/draft";
import { find } from "./lookup";
import type { Kind, Params } from "./params";
import { invalid } from "./problems";

type Deletion = (draft: Draft, id: string) => number;

const deletions: Partial<Record<Kind, Deletion>> = {
  artifact: (draft, id) => deleteArtifact(draft, id) + 1,
  artifact_version: (draft, id) => {
    deleteArtifactVersion(draft, id);
    return 1;
  },
  run: (draft, id) => {
    deleteRun(draft, id);
    return 1;
  },
  pipeline: (draft, id) => deletePipeline(draft, id) + 1,
  model: (draft, id) => {
    draft.add({ type: "model.deleted", id });
    return 1;
  },
  model_version: (draft, id) => {
    draft.add({ type: "modelVersion.deleted", id });
    return 1;
  },
};

export async function remove(
  { kind, key, version, options }: Params<"entity.delete">,
  context: EngineContext,
): Promise<{ deleted: number }> {
  const deleted = await context.decide((draft) => {
    if (kind === "artifact_version" && options["unused"] === true) return prune(draft, options);
    if (kind === "tag") {
      draft.add({ type: "tag.deleted", name: find(draft.reader, kind, key).name });
      return 1;
    }
    const deletion = deletions[kind];
    if (deletion === undefined) throw invalid(`A ${kind} can't be deleted.`);
    return deletion(draft, find(draft.reader, kind, key, version).id);
  });
  return { deleted };
}

/** Versions go first: a name that then has none left may go, too. */
function prune(draft: Draft, options: JsonObject): number {
  const versions = pruneArtifactVersions(draft);
  return options["onlyVersions"] === false ? versions + pruneArtifacts(draft) : versions;
}
