/** Whether something else already says what functions of Python take: then options are its business. */
import type { VSCode } from "../../ui/vscodeTypes";

const servers = [
  "ms-python.vscode-pylance",
  "detachhead.basedpyright",
  "ms-pyright.pyright",
  "meta.pyrefly",
  "astral-sh.ty",
  "anysphere.cursorpyright",
];

export function knowsSignatures({ extensions }: VSCode): boolean {
  return servers.some((id) => extensions.getExtension(id) !== undefined);
}
