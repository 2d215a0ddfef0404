/** What all four trees share: folders, pages, filters, and reading again only what changed. */
import type { Change } from "../core/events";
import { messageOf } from "../core/errors";
import type { Engine } from "../engine/api";
import type { Engines } from "../ui/engines";
import { Coalesced, Disposable } from "../ui/lifecycle";
import { asCommand, type ContextKey, setContext, type ViewId } from "../ui/registry";
import type {
  EventEmitter,
  Memento,
  TreeDataProvider,
  TreeDragAndDropController,
  TreeItem,
  TreeView,
  VSCode,
} from "../ui/vscodeTypes";
import type { Row } from "./row";
import { FactRow, FolderRow, type RowContext } from "./row";

const PAGE = 50;
/** Changes within this time are shown together. */
const COALESCE_MS = 100;

export interface TreeOptions {
  readonly view: ViewId;
  /** Of trees that can be filtered; what was last typed is kept with the workspace. */
  readonly filter?: { readonly key: ContextKey & `headrace.${string}Filtered`; readonly memory: Memento };
  readonly dragAndDrop?: TreeDragAndDropController<Row>;
}

/** Which rows a change touches: keys of rows, or null for the list of its folder. */
export type Touched = string | null;

export abstract class EntityTree extends Disposable implements TreeDataProvider<Row> {
  private readonly rows = new Map<string, Row>();
  private readonly limits = new Map<string, number>();
  private readonly changed: EventEmitter<Row[] | undefined>;
  private readonly stale = new Set<Row>();
  private allStale = false;
  private readonly refreshing = this.register(new Coalesced(() => this.fire(), COALESCE_MS));
  readonly view: TreeView<Row>;
  private filterText = "";

  constructor(
    protected readonly vscode: VSCode,
    protected readonly engines: Engines,
    private readonly options: TreeOptions,
  ) {
    super();
    this.changed = this.register(new vscode.EventEmitter<Row[] | undefined>());
    this.view = this.register(
      vscode.window.createTreeView<Row>(options.view, {
        treeDataProvider: this,
        showCollapseAll: true,
        canSelectMany: true,
        ...(options.dragAndDrop === undefined ? {} : { dragAndDropController: options.dragAndDrop }),
      }),
    );
    this.filterText = options.filter?.memory.get(this.memoryKey, "") ?? "";
    this.tellFilter();
    this.register(engines.onChange(({ engine, change }) => this.onChange(engine, change)));
    this.register(engines.onState(() => this.refresh()));
    this.register(vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
  }

  get onDidChangeTreeData(): EventEmitter<Row[] | undefined>["event"] {
    return this.changed.event;
  }

  /** The rows of one folder. The engine is null when nothing was ever stored there. */
  protected abstract list(
    folder: string,
    engine: Engine | null,
    parent: Row | null,
  ): readonly Row[] | Promise<readonly Row[]>;
  protected abstract touched(change: Change["entities"][number], prefix: string): readonly Touched[];

  get filter(): string {
    return this.filterText;
  }

  set filter(text: string) {
    this.filterText = text.trim();
    this.tellFilter();
    void this.options.filter?.memory.update(this.memoryKey, this.filterText);
    this.refresh();
  }

  private get memoryKey(): string {
    return `filter:${this.options.view}`;
  }

  private tellFilter(): void {
    if (this.options.filter === undefined) return;
    const { l10n } = this.vscode;
    this.view.message = this.filterText === "" ? "" : l10n.t("Filtered by “{0}”", this.filterText);
    setContext(this.vscode, this.options.filter.key, this.filterText !== "");
  }

  getTreeItem(row: Row): TreeItem {
    const item = row.item();
    item.id = row.key;
    return item;
  }

  resolveTreeItem(item: TreeItem, row: Row): TreeItem {
    const tooltip = row.tooltip();
    if (tooltip !== undefined) item.tooltip = tooltip;
    return item;
  }

  getParent(row: Row): Row | null {
    return row.parent;
  }

  async getChildren(row?: Row): Promise<Row[]> {
    const children = row === undefined ? await this.roots() : await row.children();
    return children.map((child) => this.keep(child));
  }

  /** Reads everything, or one row, again; soon, and together with what else changes. */
  refresh(row?: Row): void {
    if (row === undefined) this.allStale = true;
    else this.stale.add(row);
    this.refreshing.request();
  }

  /** Shows what is pending at once. */
  flush(): void {
    this.refreshing.flush();
  }

  loadMore(key: string): void {
    this.limits.set(key, this.limit(key) + PAGE);
    const row = this.rows.get(key);
    this.refresh(row);
    this.flush();
  }

  protected context(engine: Engine): RowContext {
    return {
      vscode: this.vscode,
      engine,
      keep: (row) => this.keep(row),
      limit: (key) => this.limit(key),
      loadMore: (parent, key, left) => this.loadMoreRow(parent, key, left),
    };
  }

  protected limit(key: string): number {
    return this.limits.get(key) ?? PAGE;
  }

  protected loadMoreRow(parent: Row | null, key: string, left: number): Row {
    const { vscode } = this;
    const title = vscode.l10n.t("Load more…");
    return new FactRow(vscode, parent, `more:${key}`, {
      label: title,
      description: vscode.l10n.t("{0} not shown", left),
      icon: new vscode.ThemeIcon("ellipsis"),
      command: asCommand("headrace.loadMore", title, this.options.view, key),
    });
  }

  protected keep<T extends Row>(row: T): T {
    const known = this.rows.get(row.key);
    // A fact holds what it says, so the newest one counts; other rows read it when they are asked.
    if (known?.constructor === row.constructor && !(row instanceof FactRow)) return known as T;
    this.rows.set(row.key, row);
    return row;
  }

  /** Key of a folder's list: its row when there are several folders, else the tree itself. */
  protected prefix(folder: string): string {
    return this.engines.folders().length > 1 ? `folder:${folder}` : "";
  }

  private async roots(): Promise<readonly Row[]> {
    const folders = this.engines.folders();
    const [only] = folders;
    if (folders.length === 1 && only !== undefined) return this.contents(only, null);
    return folders.map(
      (folder) =>
        new FolderRow(
          this.vscode,
          folder,
          (row) => this.contents(folder, row),
          () => this.problem(folder),
        ),
    );
  }

  private async contents(folder: string, parent: Row | null): Promise<readonly Row[]> {
    let engine: Engine | null = null;
    try {
      engine = await this.engines.getIfStored(folder);
    } catch {
      // Told by the folder's row or the view's welcome; the pipelines in source are shown all the same.
    }
    return this.list(folder, engine, parent);
  }

  private problem(folder: string): string | null {
    const failure = this.engines.failure(folder);
    return failure === null ? null : messageOf(failure);
  }

  private onChange(engine: Engine, change: Change): void {
    const prefix = this.prefix(this.engines.folderOfEngine(engine));
    for (const entity of change.entities) {
      for (const key of this.touched(entity, prefix)) this.refreshKey(key, prefix);
    }
  }

  private refreshKey(key: Touched, prefix: string): void {
    const row = this.rows.get(key ?? prefix);
    if (row !== undefined) this.refresh(row);
    // A row that isn't there needs nothing; a list without a folder's row is the whole tree.
    else if (key === null) this.refresh();
  }

  private fire(): void {
    const rows = this.allStale ? undefined : withoutDescendants(this.stale);
    this.stale.clear();
    this.allStale = false;
    this.changed.fire(rows);
  }
}

/** A row that is read again brings its children along. */
function withoutDescendants(rows: ReadonlySet<Row>): Row[] {
  const below = (row: Row): boolean => {
    for (let up = row.parent; up !== null; up = up.parent) if (rows.has(up)) return true;
    return false;
  };
  return [...rows].filter((row) => !below(row));
}
