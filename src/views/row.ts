/**
 * A row of a tree. Rows hold who they are and nothing of what they show, which is read when it is asked for: so a row
 * stays the same object through every change, and selection and expansion survive.
 */
import type { Engine } from "../engine/api";
import type { MarkdownString, ThemeIcon, TreeItem, VSCode } from "../ui/vscodeTypes";

export abstract class Row {
  /** Unique in its tree, and the same after a reload. */
  readonly key: string;

  constructor(
    readonly parent: Row | null,
    ownKey: string,
  ) {
    this.key = parent === null ? ownKey : `${parent.key}/${ownKey}`;
  }

  abstract item(): TreeItem;

  children(): readonly Row[] | Promise<readonly Row[]> {
    return [];
  }

  /** Made when the pointer rests on the row. */
  tooltip(): MarkdownString | string | undefined {
    return undefined;
  }
}

/** What the rows of a tree have in common. */
export interface RowContext {
  readonly vscode: VSCode;
  readonly engine: Engine;
  /** The row of this key if there is one already, else a new one. */
  keep<T extends Row>(row: T): T;
  /** How many items of a list are shown. */
  limit(listKey: string): number;
  loadMore(parent: Row | null, listKey: string, left: number): Row;
}

/** A workspace folder, above its things when there are several. */
export class FolderRow extends Row {
  constructor(
    private readonly vscode: VSCode,
    readonly workspace: string,
    private readonly contents: (row: FolderRow) => Promise<readonly Row[]>,
    private readonly problem: () => string | null,
  ) {
    super(null, `folder:${workspace}`);
  }

  item(): TreeItem {
    const { vscode } = this;
    const uri = vscode.Uri.file(this.workspace);
    const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
    const problem = this.problem();
    item.iconPath = problem === null ? new vscode.ThemeIcon("root-folder") : new vscode.ThemeIcon("warning");
    if (problem !== null) {
      item.description = problem;
      item.tooltip = problem;
    }
    item.contextValue = "folder";
    return item;
  }

  override children(): Promise<readonly Row[]> {
    return this.contents(this);
  }
}

/** A group inside a row, such as the artifacts of a model version. */
export class GroupRow extends Row {
  constructor(
    private readonly vscode: VSCode,
    parent: Row,
    name: string,
    private readonly label: string,
    private readonly icon: ThemeIcon,
    private readonly contents: (group: GroupRow) => readonly Row[],
  ) {
    super(parent, name);
  }

  item(): TreeItem {
    const { vscode } = this;
    const item = new vscode.TreeItem(this.label, vscode.TreeItemCollapsibleState.Collapsed);
    item.description = String(this.contents(this).length);
    item.iconPath = this.icon;
    item.contextValue = "group";
    return item;
  }

  override children(): readonly Row[] {
    return this.contents(this);
  }
}

/** A line that says something, and may lead somewhere. */
export class FactRow extends Row {
  constructor(
    private readonly vscode: VSCode,
    parent: Row | null,
    ownKey: string,
    private readonly shows: {
      readonly label: string;
      readonly description?: string;
      readonly icon: ThemeIcon;
      readonly tooltip?: string;
      readonly command?: { readonly command: string; readonly title: string; readonly arguments: unknown[] };
    },
  ) {
    super(parent, ownKey);
  }

  item(): TreeItem {
    const { label, description, icon, tooltip, command } = this.shows;
    const item = new this.vscode.TreeItem(label);
    if (description !== undefined) item.description = description;
    item.iconPath = icon;
    if (tooltip !== undefined) item.tooltip = tooltip;
    if (command !== undefined) item.command = command;
    item.contextValue = "fact";
    return item;
  }
}
