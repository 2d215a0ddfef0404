/** Graphs to look at: a tutorial, a failed run, a fan-out, and large ones. */
import type { StepStatus } from "../../src/core/entities";
import {
  artifactNode,
  stepNode,
  type DagArtifact,
  type DagEdge,
  type DagState,
  type DagStep,
} from "../../src/panels/dag/messages";

export const NOON = Date.UTC(2026, 0, 15, 12, 0, 0);

export interface SampleStep {
  readonly id: string;
  readonly step?: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly (readonly [name: string, summary: string])[];
  readonly status?: StepStatus | "planned";
  /** Seconds after the run began, and how many it took. */
  readonly at?: number;
  readonly took?: number;
  readonly more?: Partial<DagStep>;
}

export function sampleState(
  pipeline: string,
  samples: readonly SampleStep[],
  more: Partial<DagState> = {},
): DagState {
  const run = {
    id: "run-7",
    name: `${pipeline}-7`,
    index: 7,
    status: "completed" as const,
    started: NOON,
    finished: NOON + 60_000,
  };
  const artifacts = new Map<string, DagArtifact>();
  const edges: DagEdge[] = [];
  for (const sample of samples) {
    for (const [name, summary] of sample.outputs ?? []) {
      const id = artifactNode(sample.id, name);
      const made = sample.status === undefined || sample.status === "completed" || sample.status === "cached";
      artifacts.set(id, {
        id,
        name,
        summary,
        type: "DataArtifact",
        versionId: made ? `version-${id}` : null,
        version: made ? "3" : null,
        digest: made ? `sha256:${id}` : null,
      });
      edges.push({ from: stepNode(sample.id), to: id, kind: "data", label: null });
    }
  }
  for (const sample of samples) {
    for (const input of sample.inputs ?? []) {
      const [from = "", output] = input.split(".");
      const source = output === undefined ? stepNode(from) : artifactNode(from, output);
      edges.push({
        from: source,
        to: stepNode(sample.id),
        kind: output === undefined ? "after" : "data",
        label: output ?? null,
      });
    }
  }
  return {
    key: `/work::${pipeline}`,
    workspace: "/work",
    pipeline,
    run,
    runs: [run, { ...run, id: "run-6", index: 6, status: "failed" }],
    hasSource: true,
    canRun: true,
    steps: samples.map(stepOf),
    artifacts: [...artifacts.values()],
    edges,
    comparison: null,
    ...more,
  };
}

function stepOf(sample: SampleStep): DagStep {
  const status = sample.status ?? "completed";
  const ran = status !== "planned" && status !== "waiting" && status !== "skipped";
  const started = ran ? NOON + (sample.at ?? 0) * 1000 : null;
  const running = status === "running" || status === "retrying";
  return {
    id: stepNode(sample.id),
    invocation: sample.id,
    step: sample.step ?? sample.id,
    status,
    stepRunId: ran ? `run-of-${sample.id}` : null,
    started,
    finished: started === null || running ? null : started + (sample.took ?? 1.2) * 1000,
    attempt: 1,
    cacheReason: status === "cached" ? "Same code, parameters and inputs as in run 6." : null,
    skippedBecause: null,
    failure: null,
    group: "pipelines.training",
    repeated: null,
    progress: null,
    place: null,
    ...sample.more,
  };
}

export const tutorial = sampleState("training_pipeline", [
  {
    id: "training_data_loader",
    outputs: [
      ["X_train", "DataFrame (120, 4)"],
      ["X_test", "DataFrame (30, 4)"],
      ["y_train", "Series (120,)"],
      ["y_test", "Series (30,)"],
    ],
    status: "cached",
    at: 0,
    took: 0.01,
  },
  {
    id: "svc_trainer",
    inputs: ["training_data_loader.X_train", "training_data_loader.y_train"],
    outputs: [
      ["classifier", "SVC"],
      ["train_accuracy", "float 0.975"],
    ],
    at: 0.2,
    took: 3.4,
  },
  {
    id: "evaluate",
    inputs: ["svc_trainer.classifier", "training_data_loader.X_test", "training_data_loader.y_test"],
    outputs: [["report", "dict (5)"]],
    at: 3.7,
    took: 0.8,
  },
]);

export const failedRun = sampleState(
  "churn",
  [
    { id: "load_customers", outputs: [["customers", "DataFrame (50000, 22)"]], took: 4.1 },
    { id: "load_events", outputs: [["events", "DataFrame (1200000, 8)"]], took: 9.6 },
    {
      id: "clean",
      inputs: ["load_customers.customers"],
      outputs: [["clean_customers", "DataFrame (49210, 22)"]],
      status: "cached",
      at: 4.2,
    },
    {
      id: "aggregate_events",
      inputs: ["load_events.events"],
      outputs: [["features", "DataFrame"]],
      status: "failed",
      at: 9.7,
      took: 2.3,
      more: { failure: "KeyError: 'customer_id'" },
    },
    {
      id: "join",
      inputs: ["clean.clean_customers", "aggregate_events.features"],
      outputs: [["dataset", "DataFrame"]],
      status: "skipped",
      more: { skippedBecause: "aggregate_events" },
    },
    {
      id: "train_a_model_with_a_very_long_name_that_nobody_can_read_at_once",
      inputs: ["join.dataset"],
      outputs: [["model", "XGBClassifier"]],
      status: "skipped",
      more: { skippedBecause: "aggregate_events" },
    },
  ],
  {
    run: { id: "run-7", name: "churn-7", index: 7, status: "failed", started: NOON, finished: NOON + 12_000 },
  },
);

export const single = sampleState("hello", [{ id: "say_hello", outputs: [["greeting", "str"]], took: 0.1 }]);

export function fanOut(branches: number, status: (i: number) => StepStatus = () => "completed"): DagState {
  return sampleState("sweep", [
    { id: "load", outputs: [["data", "ndarray (5000, 12)"]] },
    ...Array.from({ length: branches }, (_, i): SampleStep => ({
      id: i === 0 ? "train" : `train_${i + 1}`,
      step: "train",
      inputs: ["load.data"],
      outputs: [["model", "SVC"]],
      status: status(i),
      at: 1 + (i % 4) * 0.2,
      took: 2 + (i % 7),
    })),
    {
      id: "select_best",
      inputs: Array.from({ length: branches }, (_, i) => (i === 0 ? "train.model" : `train_${i + 1}.model`)),
      outputs: [["best", "SVC"]],
      at: 12,
    },
  ]);
}

/** Many steps of many names in about √n ranks. */
export function wide(count: number): DagState {
  const perRank = Math.max(3, Math.round(Math.sqrt(count) / 1.5));
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  const words = ["load", "clean", "split", "join", "encode", "train", "score", "report"];
  const statuses: readonly StepStatus[] = [
    "completed",
    "completed",
    "completed",
    "cached",
    "completed",
    "failed",
  ];
  return sampleState(
    "large",
    Array.from({ length: count }, (_, i): SampleStep => {
      const rank = Math.floor(i / perRank);
      const sources =
        rank === 0
          ? []
          : Array.from(
              { length: 1 + (random(10) > 6 ? 1 : 0) },
              () => (rank - 1) * perRank + random(perRank),
            );
      return {
        id: `${words[i % words.length] ?? "step"}_${i}`,
        inputs: [...new Set(sources)].map(
          (source) => `${words[source % words.length] ?? "step"}_${source}.out`,
        ),
        outputs: [["out", "DataFrame"]],
        status: statuses[random(statuses.length)] ?? "completed",
        at: rank,
        took: 0.5 + random(20) / 10,
      };
    }),
  );
}
