/** What a prepared store says about places is not repeated to user code, nor given to a worker to load. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { payloadReference, placesOf } from "../../../src/engine/places";
import { artifactCreated, versionCreated } from "../store/support";
import { startEngine } from "./harness";

test("files outside of the workspace are not a version's, whatever the store says", async () => {
  const engine = await startEngine();
  const inside = path.join(engine.workspace, "model.bin");
  await writeFile(inside, "x");
  const named = [
    { id: randomUUID(), says: { uri: inside }, folder: inside },
    { id: randomUUID(), says: { uri: "/etc/passwd" }, folder: "" },
    { id: randomUUID(), says: { uri: path.join(engine.workspace, "../.ssh/id_rsa") }, folder: "" },
    { id: randomUUID(), says: { digest: "sha256:../../../../etc" }, folder: "" },
  ];
  const versions = named.map(({ id, says }, index) => ({ ...versionCreated("a", index + 1, says), id }));
  await engine.add(artifactCreated("data", "a"), ...versions);
  for (const { id, folder } of named) {
    const { entity } = await engine.ask("entity.get", { kind: "artifact_version", key: id });
    assert.equal((entity as { folder?: unknown }).folder, folder);
  }
  const version = engine.store.reader.artifactVersion(named[1]?.id ?? "");
  assert.ok(version !== null);
  assert.throws(() => payloadReference(version, placesOf(engine.context)), { code: "not-found" });
  await engine.close();
});
