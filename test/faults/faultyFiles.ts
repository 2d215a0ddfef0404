/** The file layer of the store with one fault in it: an error, the death of the process, or its stop, at the n-th call. */
import { nodeFiles, type FileLayer } from "../../src/store/files";

export type Operation = "open" | "write" | "sync" | "syncFolder" | "truncate" | "link" | "rename" | "remove";
export const operations: readonly Operation[] = [
  ...(["open", "write", "sync", "syncFolder", "truncate", "link", "rename", "remove"] as const),
];

export interface Fault {
  readonly operation: Operation;
  /** Counts from 1. */
  readonly call: number;
  /** `half`: a write that puts down a part of its bytes first. */
  readonly when: "before" | "half" | "after";
  readonly effect: "kill" | "stop" | "ENOSPC" | "EIO" | "EACCES";
}

export function faultyFiles(fault: Fault, onFault: () => void = () => undefined): FileLayer {
  let calls = 0;
  const strike = (): void => {
    onFault();
    if (fault.effect === "kill") process.kill(process.pid, "SIGKILL");
    else if (fault.effect === "stop") process.kill(process.pid, "SIGSTOP");
    else throw Object.assign(new Error(`${fault.effect}: injected`), { code: fault.effect });
  };
  const isDue = (operation: Operation): boolean => operation === fault.operation && ++calls === fault.call;
  const guard = <T>(operation: Operation, work: () => T): T => {
    if (!isDue(operation)) return work();
    if (fault.when !== "after") strike();
    const result = work();
    if (fault.when === "after") strike();
    return result;
  };
  return {
    ...nodeFiles,
    open: (path, flags) => guard("open", () => nodeFiles.open(path, flags)),
    write: (fd, bytes) => {
      if (!isDue("write")) {
        nodeFiles.write(fd, bytes);
        return;
      }
      if (fault.when === "half") nodeFiles.write(fd, bytes.subarray(0, bytes.length >> 1));
      if (fault.when === "after") nodeFiles.write(fd, bytes);
      strike();
    },
    sync: async (fd) => {
      const due = isDue("sync");
      if (due && fault.when !== "after") strike();
      await nodeFiles.sync(fd);
      if (due && fault.when === "after") strike();
    },
    syncFolder: async (path) => {
      const due = isDue("syncFolder");
      if (due && fault.when !== "after") strike();
      await nodeFiles.syncFolder(path);
      if (due && fault.when === "after") strike();
    },
    truncate: (fd, length) => guard("truncate", () => nodeFiles.truncate(fd, length)),
    link: (from, to) => guard("link", () => nodeFiles.link(from, to)),
    rename: (from, to) => guard("rename", () => nodeFiles.rename(from, to)),
    remove: (path) => guard("remove", () => nodeFiles.remove(path)),
  };
}
