/** Starts debugpy's own adapter with the interpreter that the configuration names. */
const vscode = require("vscode");

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory("debugpy", {
      createDebugAdapterDescriptor: ({ configuration }) =>
        new vscode.DebugAdapterExecutable(configuration.python, ["-m", "debugpy.adapter"]),
    }),
  );
};
