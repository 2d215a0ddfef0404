/** The workspace's source files by VS Code's own search, which honours the user's excludes. */
import { diskFiles, type FileLister, readSource, skippedFolders } from "../discovery/files";
import type { VSCode } from "../ui/vscodeTypes";

export function workspaceFiles(vscode: VSCode): FileLister {
  const excluded = `**/{${[...skippedFolders, ".*"].join(",")}}/**`;
  return {
    async list(folder, signal) {
      const stop = new vscode.CancellationTokenSource();
      const abort = (): void => stop.cancel();
      signal.addEventListener("abort", abort, { once: true });
      try {
        const pattern = new vscode.RelativePattern(
          vscode.Uri.file(folder),
          "**/*.{py,ts,mts,cts,js,mjs,cjs}",
        );
        const found = await vscode.workspace.findFiles(pattern, excluded, undefined, stop.token);
        return found.map((uri) => uri.fsPath).sort();
      } catch {
        // Its search program may be missing; the disk is always there.
        return await diskFiles.list(folder, signal);
      } finally {
        signal.removeEventListener("abort", abort);
        stop.dispose();
      }
    },
    read: readSource,
  };
}
