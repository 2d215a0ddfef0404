/**
 * The engine's side of the endpoint: answers every method of `EngineRequests` but `hello`. One table from method to
 * handler; what a peer sends is checked before a handler sees it.
 */
import * as v from "valibot";
import { HeadraceError } from "../../core/errors";
import type { EngineRequests } from "../../runtimes/protocol";
import type { Peer, PeerService } from "../../runtimes/runtime";
import type { EngineContext } from "../context";
import { readablePlacesOf } from "../places";
import { artifactLoaded, registerArtifact, saveArtifactOf } from "./artifacts";
import { createEntity, updateEntity } from "./changes";
import { readConfig } from "./config";
import { describe, type Found } from "./describe";
import { list } from "./list";
import { find } from "./lookup";
import { createLink, logMetadataOf, removeLink, resolveModel, stageModel } from "./models";
import { paramSchemas, type Method, type Params } from "./params";
import { related } from "./related";
import { remove } from "./removal";

/** What a handler works with. */
export interface Asked {
  readonly context: EngineContext;
  readonly peer: Peer;
  readonly logFile: LogFile;
}
/** Where the output of an invocation is kept. */
export type LogFile = (runId: string, invocation: string) => string;

type Answer<M extends Method> = EngineRequests[M]["result"];
type Handlers = {
  readonly [M in Method]: (params: Params<M>, asked: Asked) => Answer<M> | Promise<Answer<M>>;
};

const handlers: Handlers = {
  "run.execute": async ({ spec, noCache }, { context, peer }) => {
    const run = await context.runScript(spec, peer, { noCache });
    return { run: describe({ kind: "run", value: run }, described(context)) };
  },
  "run.file": async (request, { context, peer }) => {
    const run = await context.runFile(request, peer);
    return { run: describe({ kind: "run", value: run }, described(context)) };
  },
  "config.read": ({ path, environment }, { context }) =>
    readConfig(path, context.workspace, { ...process.env, ...environment }),
  "entity.get": ({ kind, key, version }, { context }) => {
    const value = find(context.store.reader, kind, key, version);
    return { entity: describe({ kind, value } as Found, described(context)) };
  },
  "entity.list": (params, { context }) => list(params, described(context)),
  "entity.create": (params, { context }) => createEntity(params, context),
  "entity.update": (params, { context }) => updateEntity(params, context),
  "entity.delete": (params, { context }) => remove(params, context),
  "entity.related": async (params, { context, logFile }) => ({
    value: await related(params, described(context), logFile),
  }),
  "model.resolve": (params, { context }) => resolveModel(params, context),
  "model.stage": (params, { context }) => stageModel(params, context),
  "link.create": (params, { context }) => createLink(params, context),
  "link.remove": (params, { context }) => removeLink(params, context),
  "metadata.log": (params, { context }) => logMetadataOf(params, context),
  "payload.prepare": async (_, { context }) => ({ folder: await context.payloads.prepare() }),
  "artifact.save": (params, { context }) => saveArtifactOf(params, context),
  "artifact.register": (params, { context, peer }) => registerArtifact(params, context, peer.language),
  "artifact.loaded": (params, { context }) => artifactLoaded(params, context),
};

export class RequestService implements PeerService {
  constructor(
    private readonly context: EngineContext,
    private readonly logFile: LogFile,
  ) {}

  async request(method: string, params: unknown, peer: Peer): Promise<unknown> {
    if (!isMethod(method)) {
      throw new HeadraceError("unsupported", `The engine answers no method ${JSON.stringify(method)}.`, {
        advice: "SDK and engine come from different versions of Headrace: restart the process.",
      });
    }
    // A step may run before what it stands on can be read.
    await Promise.allSettled([...this.context.running.values()].map(({ recorded }) => recorded));
    return this.answer(method, params, peer);
  }

  private async answer<M extends Method>(method: M, params: unknown, peer: Peer): Promise<Answer<M>> {
    const asked: Asked = { context: this.context, peer, logFile: this.logFile };
    return handlers[method](checked(method, params), asked);
  }
}

function checked<M extends Method>(method: M, params: unknown): Params<M> {
  const result = v.safeParse(paramSchemas[method], params);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = v.getDotPath(issue) ?? "";
  throw new HeadraceError(
    "invalid",
    `\`${method}\` was asked with ${where === "" ? "parameters that are not valid" : `a \`${where}\` that is not valid`}: ${issue.message}.`,
    { pythonType: "ValueError" },
  );
}

function isMethod(text: string): text is Method {
  return Object.hasOwn(paramSchemas, text);
}

function described(context: EngineContext) {
  return {
    reader: context.store.reader,
    placeOf: readablePlacesOf(context),
  };
}
