// The layers of src/: stages import only earlier stages; dsl, store and app-error are open to all.
const stages = ["accept", "describe", "enrich", "fingerprint", "gauge", "judge", "perform", "record", "study", "tell", "web"];
const later = stages.map((stage, index) => ({
  name: `${stage}-imports-no-later-stage`,
  severity: "error",
  from: { path: `^src/${stage}/`, pathNot: "\\.test\\.ts$" },
  to: { path: `^src/(${[...stages.slice(index + 1), "pipeline", "main", "demo"].join("|")})(/|\\.ts$)` },
}));
module.exports = {
  forbidden: [
    ...later,
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^bun($|:)" } },
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true, dependencyTypesNot: ["type-only"] } },
    {
      name: "dsl-stands-alone",
      severity: "error",
      from: { path: "^dsl/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(src|views|test)/" },
    },
    {
      name: "dsl-imports-chevrotain-and-re2js-only",
      severity: "error",
      from: { path: "^dsl/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["npm"], pathNot: "node_modules/(chevrotain|@chevrotain|re2js)" },
    },
    { name: "dsl-through-its-index", severity: "error", from: { pathNot: "^dsl/" }, to: { path: "^dsl/(?!index\\.ts$)" } },
    {
      name: "store-knows-no-stage",
      severity: "error",
      from: { path: "^src/store/", pathNot: "\\.test\\.ts$" },
      to: { path: "^src/(?!store/|(app-error|worker-url|thread-priority)\\.ts$)" },
    },
    {
      name: "only-store-touches-sqlite",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(store|demo)/|\\.test\\.ts$" },
      to: { path: "^(bun:sqlite|node_modules/drizzle-orm)" },
    },
    {
      name: "demo-stands-alone",
      severity: "error",
      from: { path: "^src/demo/", pathNot: "\\.test\\.ts$" },
      to: { path: "^(src/(?!demo/)|dsl|views|policies)" },
    },
    { name: "only-main-starts-the-demo", severity: "error", from: { path: "^src/(?!demo/|main\\.ts$)" }, to: { path: "^src/demo/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["bun", "import", "types", "default"] },
  },
};
