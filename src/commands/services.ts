/** What the commands work with. */
import type { Discovery } from "../discovery/discovery";
import type { Panels } from "../panels/panels";
import type { Engines } from "../ui/engines";
import type { Interpreters } from "../ui/interpreters";
import type { Log } from "../ui/log";
import type { Notifications } from "../ui/notify";
import type { Memento, VSCode } from "../ui/vscodeTypes";
import type { Runner } from "./runner";
import type { UndoHistory } from "./undo";

export interface Services {
  readonly vscode: VSCode;
  readonly log: Log;
  readonly notify: Notifications;
  readonly engines: Engines;
  readonly discovery: Discovery;
  readonly interpreters: Interpreters;
  readonly runner: Runner;
  readonly undo: UndoHistory;
  /** Loaded when the first panel is opened. */
  panels(): Promise<Panels>;
  /** Kept with the workspace: what was last entered. */
  readonly memory: Memento;
}
