/** What every part of the page is handed. */
import type {
  ArtifactCommand,
  ArtifactContract,
  ArtifactSnapshot,
  ArtifactStrings,
} from "../../src/panels/artifact/messages";
import type { Channel } from "../ui/rpc";

export interface Context {
  readonly channel: Channel<ArtifactContract>;
  readonly strings: ArtifactStrings;
  readonly snapshot: ArtifactSnapshot;
  readonly tell: (command: ArtifactCommand) => void;
  /** Shows something above the preview, in the place of what was there; made with the way to close it, told when it is left. */
  readonly open: (make: (close: () => void) => HTMLElement, left?: () => void) => void;
  readonly showLog: () => void;
  /** Says something in passing, also to a screen reader. */
  readonly say: (text: string) => void;
}
