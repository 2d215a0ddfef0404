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

channel.listen((message) => {
  switch (message.kind) {
    case "loading":
      states.loading(message.label, message.since);
      return;
    case "empty":
      states.empty(message.title, message.text, message.actions);
      return;
    case "failed":
      states.failed(message.reason, message.advice, message.actions);
      return;
    case "snapshot":
      states.ready();
      app.show(message.state);
      return;
    case "delta":
      app.apply(message.delta);
      return;
    case "event":
      if (message.event.kind === "log") app.log(message.event.node, message.event.text);
      else app.highlight(message.event.nodes);
  }
});
