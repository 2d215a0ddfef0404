/** The thread that keeps small payloads: making files and waiting for the disk hold up no step. */
import { parentPort } from "node:worker_threads";
import { messageOf } from "../../core/errors";
import { systemCode } from "../../core/fileErrors";
import { moveIn, seal, writeTexts } from "./keep";
import type { FromThread, ToThread } from "./messages";

function say(message: FromThread): void {
  parentPort?.postMessage(message);
}

async function keep({ id, source, target, content, above }: ToThread): Promise<void> {
  try {
    writeTexts({ source, content });
    moveIn(source, target);
    say({ kind: "placed", id });
    await seal(target, above);
    say({ kind: "sealed", id });
  } catch (error) {
    say({ kind: "failed", id, code: systemCode(error), message: messageOf(error) });
  }
}

parentPort?.on("message", (message: ToThread) => void keep(message));
