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
  /** Says something in passing, also to a screen reader. */
  readonly say: (text: string) => void;
}
