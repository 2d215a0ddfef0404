/**
 * The envelope of every panel's messages, the same on both sides. A page says `ready`, is answered with a snapshot, and then
 * gets deltas with rising revisions; when one is missing it asks for a snapshot again.
 */
import type { Json } from "../core/json";

/** Raised when pages of an older version could misread the messages. */
export const PROTOCOL = 1;

/** What a panel's own messages.ts fills in. */
export interface PanelContract {
  readonly state: unknown;
  readonly delta: unknown;
  /** What passes without changing the state: log lines, a wish to highlight. */
  readonly event: unknown;
  /** Told without an answer, from the page. */
  readonly command: unknown;
  /** Asked by the page, by name. */
  readonly requests: Readonly<Record<string, { readonly params: unknown; readonly reply: unknown }>>;
}

/** Names something to do in a state that shows nothing else. */
export interface StateAction {
  readonly id: string;
  readonly title: string;
}

export type ToPage<C extends PanelContract> =
  /** Work goes on since `since` (ms since 1970). */
  | { readonly kind: "loading"; readonly label: string; readonly since: number }
  | { readonly kind: "snapshot"; readonly rev: number; readonly state: C["state"]; readonly target: Json }
  | { readonly kind: "delta"; readonly rev: number; readonly delta: C["delta"] }
  | { readonly kind: "event"; readonly event: C["event"] }
  | {
      readonly kind: "empty";
      readonly title: string;
      readonly text: string;
      readonly actions: readonly StateAction[];
    }
  | {
      readonly kind: "failed";
      readonly reason: string;
      readonly advice: string | null;
      readonly actions: readonly StateAction[];
    }
  /** How much of the work for an answer is done, from 0 to 1. */
  | { readonly kind: "progress"; readonly id: number; readonly fraction: number }
  | { readonly kind: "reply"; readonly id: number; readonly value: unknown }
  | { readonly kind: "refusal"; readonly id: number; readonly reason: string };

export type ToHost<C extends PanelContract> =
  | { readonly kind: "ready"; readonly protocol: number }
  | { readonly kind: "resync" }
  | { readonly kind: "retry" }
  | { readonly kind: "cancel" }
  | { readonly kind: "showLog" }
  | { readonly kind: "action"; readonly id: string }
  | { readonly kind: "command"; readonly command: C["command"] }
  | {
      readonly kind: "request";
      readonly id: number;
      readonly method: keyof C["requests"] & string;
      readonly params: unknown;
    }
  /** The answer is no longer wanted. */
  | { readonly kind: "giveUp"; readonly id: number };

/** What every page says in its waiting, empty and error states. */
export interface CommonStrings {
  readonly loadingFor: string;
  readonly loadingPart: string;
  readonly cancel: string;
  readonly retry: string;
  readonly showLog: string;
  readonly givenUp: string;
}

export interface Translator {
  t(message: string): string;
}

export function commonStrings(l10n: Translator): CommonStrings {
  return {
    loadingFor: l10n.t("{0} ({1} s)"),
    loadingPart: l10n.t("{0} ({1} s, {2} %)"),
    cancel: l10n.t("Cancel"),
    retry: l10n.t("Retry"),
    showLog: l10n.t("Show Output"),
    givenUp: l10n.t("Cancelled."),
  };
}

/** How steps and runs stand, and what went wrong: said alike by the graph and the page of a run. */
export function stepStrings(l10n: Translator) {
  return {
    because: l10n.t("not run: {0} failed"),
    notReached: l10n.t("not reached"),
    failedWith: l10n.t("Failed"),
    frames: l10n.t("Your code, the innermost call last"),
    initializing: l10n.t("starting"),
    waiting: l10n.t("waiting"),
    running: l10n.t("running"),
    retrying: l10n.t("retrying"),
    retried: l10n.t("retried"),
    completed: l10n.t("completed"),
    cached: l10n.t("cached"),
    failed: l10n.t("failed"),
    skipped: l10n.t("skipped"),
    cancelled: l10n.t("cancelled"),
    interrupted: l10n.t("interrupted"),
  };
}
export type StepStrings = ReturnType<typeof stepStrings>;

/** Fills `{0}`, `{1}` … in a translated text. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
