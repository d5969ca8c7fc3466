/** What a person reads once the process serves: where everything is, and a first thing to try. */
import type { Config } from "./config.ts";
import type { ActivePolicies } from "./judge/active-policies.ts";
import { version } from "./version.ts";

/** The address of a listener, as a person may open it. */
export function urlOf({ hostname, port }: { hostname: string; port: number }, scheme = "http"): string {
  const name = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : hostname;
  return `${scheme}://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

interface WelcomeParts {
  readonly config: Config;
  readonly edgeUrl: string;
  readonly tlsUrl: string | undefined;
  readonly adminUrl: string;
  readonly policiesDir: string;
  readonly policies: ActivePolicies;
  readonly password: string | undefined;
}

/** The text, of several lines. */
export function welcome({
  config,
  edgeUrl,
  tlsUrl,
  adminUrl,
  policiesDir,
  policies,
  password,
}: WelcomeParts): string {
  const behind = config.origin ?? (config.runsDemo ? "the demo shop" : "the origins that the apps name");
  const how = policies.startedFromStore ? "from the stored form" : "compiled";
  const signIn =
    password === undefined ? "sign in as before" : `sign in as admin with ${password} (shown only now)`;
  // The demo's login: an app of one's own has another, and mostly another host.
  const attack = `for i in $(seq 30); do curl -so /dev/null -w '%{http_code} ' ${edgeUrl}/login -d "email=a$i@x.example&password=p"; done`;
  return [
    `Sallyport ${version} protects ${behind}${tlsUrl === undefined ? "" : ` at ${tlsUrl} and`} at ${edgeUrl}`,
    `  console   ${adminUrl}  ${signIn}`,
    `  policies  ${policiesDir}  ${policies.live.set.policies.length} policies, ${how}; an edit is live within a second`,
    `  data      ${config.dataDir}`,
    ...(config.runsDemo ? [`  try       ${attack}`] : []),
  ].join("\n");
}
