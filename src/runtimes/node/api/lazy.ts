/** Look-ups in a pipeline's function that wait until a step starts (zenml-semantics §4.8). */
import type { LazySpec, ModelReference } from "../../../core/spec";

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
