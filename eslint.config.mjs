import tseslint from "typescript-eslint";
import { arrows } from "./scripts/lint/arrows.mjs";

export default tseslint.config(
  { ignores: ["dist/**", "out/**", "node_modules/**", ".venv/**", ".vscode-test/**", ".cache/**", "examples/**", "test/fixtures/**", "test/types/**", "src/runtimes/*/sdk/**"] },
  ...tseslint.configs.strictTypeChecked.map((c) => ({ ...c, files: ["src/**/*.ts", "webview/**/*.ts", "test/**/*.ts"] })),
  {
    files: ["src/**/*.ts", "webview/**/*.ts", "test/**/*.ts"],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { headrace: { rules: { arrows } } },
    rules: {
      "headrace/arrows": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/prefer-literal-enum-member": "off",
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
      "max-lines": ["warn", { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [{ from: "package", name: ["test", "it", "describe", "suite"], package: "node:test" }] }],
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
);
