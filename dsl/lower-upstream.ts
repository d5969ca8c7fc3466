/** An app's way to its origins, to IR. */
import type * as ast from "./ast.ts";
import { parseDuration } from "./duration.ts";
import type * as ir from "./policy-ir.ts";

/** What a health check does where nothing is said; times in ms. */
const usualHealth = { everyMs: 5_000, timeoutMs: 2_000, rise: 2, fall: 3 } as const;

/** Lowers what an app says of its origins. */
export function lowerUpstream(node: ast.AppNode): ir.UpstreamIr {
  const lock = node.settings.find((setting) => setting.kind === "lock");
  const health = node.settings.find((setting) => setting.kind === "health");
  const waits = node.settings.find((setting) => setting.kind === "waits");
  return {
    origins: node.origins.map(lowerOrigin),
    lock: lock && { header: lock.header.text, secret: lowerSecret(lock.secret) },
    health: health && lowerHealth(health),
    waits: Object.fromEntries(
      (waits?.waits ?? []).map(({ what, duration }) => [what, parseDuration(duration.text) ?? 0]),
    ),
  };
}

function lowerOrigin({ text, options }: ast.OriginNode): ir.OriginIr {
  const textOf = (kind: "ca" | "sni" | "certificate") => {
    const option = options.find((one) => one.kind === kind);
    return option && "value" in option && "text" in option.value ? option.value.text : undefined;
  };
  const weight = options.find((option) => option.kind === "weight");
  const key = options.find((option) => option.kind === "key");
  return {
    url: text,
    weight: weight?.value.value ?? 1,
    ca: textOf("ca"),
    sni: textOf("sni")?.toLowerCase(),
    certificate: textOf("certificate"),
    key: key && lowerSecret(key.value),
    isInsecure: options.some((option) => option.kind === "insecure"),
  };
}

function lowerHealth({ method, path, every, timeout, rise, fall }: ast.HealthNode): ir.HealthIr {
  const everyMs = ms(every) ?? usualHealth.everyMs;
  return {
    method: method.text.toUpperCase(),
    path: path.text,
    everyMs,
    timeoutMs: ms(timeout) ?? Math.min(usualHealth.timeoutMs, everyMs),
    rise: rise?.value ?? usualHealth.rise,
    fall: fall?.value ?? usualHealth.fall,
  };
}

function lowerSecret({ from, name }: ast.SecretNode): ir.SecretIr {
  return { from, name: name.text };
}

function ms(duration: ast.NameNode | undefined): number | undefined {
  return duration && parseDuration(duration.text);
}
