/** `headrace link` and `headrace promote`: what the model control plane is told by hand. */
import type { Stage } from "../../core/entities";
import type { LinkTarget } from "../../engine/api";
import type { StoreReader } from "../../store/reader";
import { EXIT, UsageError, parse, positionals } from "../command";
import type { Command } from "../command";
import { findModelVersion, requireArtifactVersion, requireModelVersion, splitReference } from "../references";
import { modelVersionReport } from "../report";
import { printable } from "../text";
import { modelVersionDetails } from "./models";

const linkHelp = `Links an artifact version to a model version, so that it is found there.

  ARTIFACT  NAME (its latest version), NAME@VERSION, an id, or the beginning of one
  MODEL     a model, made if it doesn't exist; its latest version, or a first one
  VERSION   a version's name, number or stage; "new" makes the next one

Options:
  --workspace DIR  the folder that holds .headrace
  --json           {"link": {"artifactVersion": ID, "modelVersion": {…}, "created": true|false}}`;

export const linkCommand: Command = {
  name: "link",
  synopsis: "ARTIFACT MODEL[@VERSION] [--json]",
  summary: "link an artifact to a model",
  help: linkHelp,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, {});
    const [artifact = "", model = ""] = positionals(rest, ["ARTIFACT", "MODEL"], 2);
    return context.withSession({ workspace: values.workspace }, async ({ engine }) => {
      const version = requireArtifactVersion(engine.reader, artifact);
      const { modelVersionId, alreadyLinked } = await engine.link(version.id, targetOf(engine.reader, model));
      const linked = modelVersionReport(engine.reader, modelVersionId);
      if (values.json === true) {
        const link = { artifactVersion: version.id, modelVersion: linked, created: !alreadyLinked };
        context.terminal.out(JSON.stringify({ link }));
      } else {
        const names = `${version.artifact}@${version.version} ${alreadyLinked ? "was already linked" : "is now linked"}`;
        context.terminal.out(printable(`${names} to ${linked?.model ?? model}@${linked?.version ?? ""}.`));
      }
      return EXIT.done;
    });
  },
};

/** Without a version the latest is meant: a new one per link would scatter what belongs together. */
function targetOf(reader: StoreReader, text: string): LinkTarget {
  const whole = reader.model(text);
  const [name, given] = whole === null ? splitReference(text) : [text, null];
  const model = whole ?? reader.model(name);
  if (given === "new") return { model: name, version: null };
  const existing = model === null ? null : findModelVersion(reader, model, given ?? "latest");
  return { model: name, version: existing?.name ?? (given === "latest" ? null : given) };
}

const STAGES: readonly (Stage | "none")[] = ["staging", "production", "archived", "none"];

const promoteHelp = `Gives a model version a stage: staging, production, archived, or none to take it away.
A stage that another version holds is taken from it only with --force; that version is archived.

Options:
  --force          take the stage from the version that holds it
  --workspace DIR  the folder that holds .headrace
  --json           {"modelVersion": {…}}`;

export const promoteCommand: Command = {
  name: "promote",
  synopsis: "MODEL@VERSION STAGE [--force] [--json]",
  summary: "give a model version a stage",
  help: promoteHelp,
  async run(args, context) {
    const { values, positionals: rest } = parse(args, { force: { type: "boolean" } });
    const [reference = "", stageText = ""] = positionals(rest, ["MODEL@VERSION", "STAGE"], 2);
    const stage = STAGES.find((candidate) => candidate === stageText);
    if (stage === undefined) throw new UsageError(`"${stageText}" is no stage: ${STAGES.join(", ")}.`);
    return context.withSession({ workspace: values.workspace }, async ({ engine }) => {
      const { id } = requireModelVersion(engine.reader, reference);
      await engine.promote(id, stage, values.force === true);
      const version = engine.reader.modelVersion(id);
      if (version === null) throw new UsageError(`${reference} was deleted meanwhile.`);
      if (values.json === true) {
        context.terminal.out(JSON.stringify({ modelVersion: modelVersionDetails(version) }));
      } else {
        const said = stage === "none" ? "has no stage now" : `is in ${stage} now`;
        context.terminal.out(printable(`${version.model}@${version.name} ${said}.`));
      }
      return EXIT.done;
    });
  },
};
