/** What is said to the thread that keeps small payloads, and what it answers: `placed` and then `sealed`, or why not. */
import type { TextPayload } from "./keep";

export interface ToThread extends TextPayload {
  readonly id: number;
  readonly above: readonly string[];
}

export type FromThread =
  | { readonly kind: "placed"; readonly id: number }
  | { readonly kind: "sealed"; readonly id: number }
  | { readonly kind: "failed"; readonly id: number; readonly code: string; readonly message: string };
