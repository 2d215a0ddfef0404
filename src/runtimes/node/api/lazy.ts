/** Look-ups in a pipeline's function that wait until a step starts (zenml-semantics §4.8). */
import type { Json, JsonObject } from "../../../core/json";
import type { LazySpec, ModelReference } from "../../../core/spec";
import type { Entity } from "./entities";

export class Lazy {
  readonly spec: LazySpec;

  constructor(spec: LazySpec) {
    this.spec = spec;
  }
}

/** An artifact version of a model version. */
export class LazyArtifact extends Lazy {
  readonly #ref: ModelReference;
  readonly #artifact: string;
  readonly #version: string | null;

  constructor(ref: ModelReference, artifact: string, version: string | null) {
    super({ lazy: "model-artifact", ref, artifact, version, metadataKey: null });
    this.#ref = ref;
    this.#artifact = artifact;
    this.#version = version;
  }

  metadata(key: string): Lazy {
    const [ref, artifact, version] = [this.#ref, this.#artifact, this.#version];
    return new Lazy({ lazy: "model-artifact", ref, artifact, version, metadataKey: key });
  }
}

/**
 * `Client().getArtifactVersion(…)` in a pipeline's function: passed to a step, it is looked up when that one starts; awaited, it
 * is looked up now. The chain is in Python's words, so that a step of either language can take it.
 */
export class ArtifactLookup extends Lazy implements PromiseLike<Entity> {
  readonly #chain: readonly JsonObject[];
  readonly #now: () => Promise<Entity>;

  constructor(args: readonly Json[], now: () => Promise<Entity>) {
    const chain = [{ call: "get_artifact_version", args, kwargs: {} }];
    super(chainSpec(chain));
    this.#chain = chain;
    this.#now = now;
  }

  metadata(key: string): Lazy {
    return new Lazy(chainSpec([...this.#chain, { attr: "run_metadata" }, { item: key }]));
  }

  then<A = Entity, B = never>(
    fulfilled?: ((value: Entity) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#now().then(fulfilled, rejected);
  }
}

function chainSpec(chain: readonly JsonObject[]): LazySpec {
  const [first, , item] = chain;
  const args = ((first?.["args"] ?? []) as readonly Json[]).map((value) => JSON.stringify(value)).join(", ");
  const metadata = item === undefined ? "" : `.metadata(${JSON.stringify(item["item"])})`;
  const summary = `new Client().getArtifactVersion(${args})${metadata}`;
  return { lazy: "client-chain", chain: [...chain], summary };
}
