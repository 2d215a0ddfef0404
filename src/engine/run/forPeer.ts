/** A run that a script asked for and waits for: it is told what goes on, and the run ends with it. */
import type { Run } from "../../core/entities";
import type { LiveEvent } from "../../core/events";
import type { Peer } from "../../runtimes/runtime";
import type { Engine, RunRequest } from "../api";

export async function runForPeer(
  request: Pick<RunRequest, "file" | "pipeline" | "parameters">,
  peer: Peer,
  engine: Pick<Engine, "run" | "onLive">,
): Promise<Run> {
  const handle = engine.run({ ...request, origin: "script" });
  let runId: string | null = null;
  const told = engine.onLive((event: LiveEvent) => {
    if (event.type === "run.created" && event.ticket === handle.ticket) runId = event.runId;
    else if ("runId" in event && event.runId === runId) peer.tell?.(event);
  });
  const cancel = (): void => handle.cancel();
  peer.closed.addEventListener("abort", cancel, { once: true });
  try {
    return await handle.finished;
  } finally {
    peer.closed.removeEventListener("abort", cancel);
    told.dispose();
  }
}
