/** How a run is called in lists: by the name that its user gave it, else by its pipeline and number. */
import type { Run } from "../core/entities";

/** What a run is named without a choice: the pipeline and the moment, in UTC. */
const MOMENT = /^-\d{4}_\d{2}_\d{2}-\d{2}_\d{2}_\d{2}_\d+$/;

export function runLabel({ name, pipeline, index }: Pick<Run, "name" | "pipeline" | "index">): string {
  const nameless = name.startsWith(pipeline) && MOMENT.test(name.slice(pipeline.length));
  return nameless ? `${pipeline} #${index}` : name;
}
