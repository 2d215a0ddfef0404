/** The types of `headrace` for TypeScript in a folder that doesn't have them. */
import type { NodeTypes } from "../editor/nodeTypes";
import type { IDisposable } from "../ui/lifecycle";
import { registerCommand } from "../ui/registry";
import { askFolder } from "./pick";
import type { Services } from "./services";

export function registerTypesCommand(services: Services, types: Pick<NodeTypes, "add">): IDisposable {
  return registerCommand(services.vscode, "headrace.addTypes", async () => {
    const { l10n } = services.vscode;
    await services.notify.guard(l10n.t("Adding the types failed"), async () => {
      const folder = await askFolder(services);
      if (folder !== null) await types.add(folder);
    });
  });
}
