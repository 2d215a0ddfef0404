/** Serves `{body, argument}` → `{value}` on a loopback port: a function's body, evaluated with `vscode` in scope. */
const { createServer } = require("node:http");
const { writeFileSync } = require("node:fs");
const vscode = require("vscode");

const AsyncFunction = async function () {}.constructor;

async function evaluate(text) {
  const { body, argument } = JSON.parse(text);
  return { value: await new AsyncFunction("vscode", "argument", body)(vscode, argument) };
}

exports.activate = (context) => {
  const file = process.env.HEADRACE_PROBE;
  if (file === undefined) return;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      evaluate(Buffer.concat(chunks).toString())
        .catch((error) => ({ error: String(error?.stack ?? error) }))
        .then((answer) => response.end(JSON.stringify(answer)));
    });
  });
  server.listen(0, "127.0.0.1", () => writeFileSync(file, JSON.stringify({ port: server.address().port })));
  context.subscriptions.push({ dispose: () => server.close() });
};
