/** Builds what an app says of its way to its origins. */
import type * as ast from "../ast.ts";
import type { Cst } from "../cst.ts";
import { MessageBuilder } from "./message-builder.ts";
import { choiceOf } from "./part-builder.ts";

const texts = { Ca: "ca", Sni: "sni", Certificate: "certificate" } as const;
const waits = { Connect: "connect", Answer: "answer", Body: "body", Tunnel: "tunnel" } as const;

/** Builds origins with their options, and the settings that hold for all origins of an app. */
export class OriginBuilder extends MessageBuilder {
  protected origin(node: Cst): ast.OriginNode | undefined {
    const url = node.token("Url");
    const address = url ? node.nameOf(url) : this.text(node);
    if (!address) return undefined;
    const options = this.each(node.nodes("originOption"), (part) => this.originOption(part));
    const weight = options.find((option) => option.kind === "weight")?.value;
    return { text: address.text, weight, options, span: address.span };
  }

  private originOption(node: Cst): ast.OriginOptionNode | undefined {
    const { span } = node;
    if (node.token("Insecure")) return { kind: "insecure", span };
    if (node.token("Weight")) {
      const value = this.number(node);
      return value && { kind: "weight", value, span };
    }
    if (node.token("Key")) {
      const value = this.secret(node.first("secret"));
      return value && { kind: "key", value, span };
    }
    const kind = choiceOf(texts, node);
    const value = this.text(node);
    return kind && value && { kind, value, span };
  }

  protected upstreamSetting(clause: Cst): ast.LockNode | ast.HealthNode | ast.WaitsNode | undefined {
    const lock = clause.first("lock");
    if (lock) return this.lock(lock);
    const health = clause.first("health");
    if (health) return this.health(health);
    const waits = clause.first("waits");
    return waits && this.waits(waits);
  }

  private lock(node: Cst): ast.LockNode | undefined {
    const header = node.name("AnyWord");
    const secret = this.secret(node.first("secret"));
    return header && secret && { kind: "lock", header, secret, span: node.span };
  }

  private health(node: Cst): ast.HealthNode | undefined {
    const method = node.name("Name");
    const path = node.name("Path");
    if (!method || !path) return undefined;
    const options = node.nodes("healthOption");
    const having = (token: string) => options.find((option) => option.token(token));
    const number = (token: string) => {
      const option = options.find((one) => one.first("checksInARow")?.token(token));
      return option && this.number(option);
    };
    return {
      kind: "health",
      method,
      path,
      every: having("Every")?.name("Duration"),
      timeout: having("Timeout")?.name("Duration"),
      rise: number("Rise"),
      fall: number("Fall"),
      span: node.span,
    };
  }

  private waits(node: Cst): ast.WaitsNode {
    const parts = this.each(node.nodes("wait"), (part) => {
      const what = choiceOf(waits, part);
      const duration = part.name("Duration");
      return what && duration && { what, duration };
    });
    return { kind: "waits", waits: parts, span: node.span };
  }
}
