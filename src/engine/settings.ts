/** What the engine can be told; each has a default that suits most. */
import { availableParallelism } from "node:os";

export interface EngineSettings {
  /** Steps of one run that may execute at the same time. */
  readonly parallel: number;
  /** How long user code may take to clean up after it was interrupted, before its process is killed. */
  readonly graceMs: number;
  /** Of one step's output. */
  readonly logLimitBytes: number;
  /** Of a worker's address space, where the system has such a limit; 0 for none. */
  readonly memoryLimitMb: number;
}

export function defaultSettings(): EngineSettings {
  return {
    parallel: Math.min(availableParallelism(), 4),
    graceMs: 5_000,
    logLimitBytes: 256 * 1024 * 1024,
    memoryLimitMb: 0,
  };
}
