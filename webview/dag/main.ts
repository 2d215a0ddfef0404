/** Entry of the DAG's page. */
import type { DagContract, DagStrings } from "../../src/panels/dag/messages";
import { Channel } from "../ui/rpc";
import { States } from "../ui/states";
import { readStrings } from "../ui/strings";
import { registerControls } from "../ui/toolkit";
import { DagApp } from "./app";
import "./dag.css";

registerControls();
const strings = readStrings() as DagStrings;
const channel = new Channel<DagContract>();
const app = new DagApp(channel, strings);
const states = new States(document.getElementById("root") ?? document.body, app.root, channel, strings);

states.follow({
  snapshot: (state) => app.show(state),
  delta: (delta) => app.apply(delta),
  event: (event) => {
    if (event.kind === "log") app.log(event.node, event.text);
    else app.highlight(event.nodes);
  },
});
window.setTimeout(() => app.prepare());
