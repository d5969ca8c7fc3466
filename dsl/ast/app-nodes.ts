/** `app`: what stands behind Sallyport, and how its requests and answers are to be read. */
import type { Span } from "../source-file.ts";
import type {
  ComparisonNode,
  DeclarationBase,
  JunctionNode,
  NameNode,
  NumberNode,
  OperatorNode,
  SubjectNode,
  ValueNode,
} from "./condition-nodes.ts";
import type { JsonNode, SecretNode } from "./message-nodes.ts";

/** How an origin is reached, beside its address. */
export type OriginOptionNode =
  | { readonly kind: "weight"; readonly value: NumberNode; readonly span: Span }
  | { readonly kind: "ca" | "sni" | "certificate"; readonly value: NameNode; readonly span: Span }
  | { readonly kind: "key"; readonly value: SecretNode; readonly span: Span }
  | { readonly kind: "insecure"; readonly span: Span };

/** `https://10.0.4.10:8443 weight 3 ca "certs/ca.pem"`. */
export interface OriginNode {
  readonly text: string;
  readonly weight: NumberNode | undefined;
  readonly options: readonly OriginOptionNode[];
  readonly span: Span;
}

/** `health GET /healthz every 5s rise 2 fall 3`. */
export interface HealthNode {
  readonly kind: "health";
  readonly method: NameNode;
  readonly path: NameNode;
  readonly every: NameNode | undefined;
  readonly timeout: NameNode | undefined;
  readonly rise: NumberNode | undefined;
  readonly fall: NumberNode | undefined;
  readonly span: Span;
}

/** `waits connect 5s answer 60s`. */
export interface WaitsNode {
  readonly kind: "waits";
  readonly waits: readonly {
    readonly what: "connect" | "answer" | "body" | "tunnel";
    readonly duration: NameNode;
  }[];
  readonly span: Span;
}

/** `lock header X-Key from file "secrets/key"`. */
export interface LockNode {
  readonly kind: "lock";
  readonly header: NameNode;
  readonly secret: SecretNode;
  readonly span: Span;
}

/** `route glogin POST /graphql when body.operationName = "Login" tagged auth`; `when` is empty without conditions. */
export interface RouteNode {
  readonly name: NameNode;
  readonly method: NameNode;
  readonly path: NameNode;
  readonly when: readonly ComparisonNode[];
  readonly junctions: readonly JunctionNode[];
  readonly tags: readonly NameNode[];
  readonly span: Span;
}

/** Where an identity is read: in the request or in the answer, once or in each element of a list. */
export interface IdentitySourceNode {
  readonly from: "request" | "response";
  readonly isEach: boolean;
  readonly subject: SubjectNode;
  readonly span: Span;
}

export interface IdentifyNode {
  readonly what: "username" | "password" | "session";
  /** Alternatives, the first that is present counts. */
  readonly sources: readonly IdentitySourceNode[];
  /** Words after `normalise`. */
  readonly normalise: readonly NameNode[];
  readonly span: Span;
}

export type ResponseTestNode =
  | {
      readonly kind: "status";
      /** Single statuses, or ranges from `value` to `last`. */
      readonly statuses: readonly (NumberNode & { readonly last: number | undefined })[];
      readonly span: Span;
    }
  | {
      readonly kind: "field";
      /** `header.NAME`, `cookie.NAME`, `location`, `body.PATH` of the answer. */
      readonly subject: SubjectNode;
      readonly operator: OperatorNode;
      readonly span: Span;
    };

export interface OutcomeCaseNode {
  readonly kind: "success" | "failure" | "unknown_user" | "locked" | "challenge" | "throttled";
  readonly tests: readonly ResponseTestNode[];
  readonly junctions: readonly JunctionNode[];
  readonly span: Span;
}

export interface OutcomeNode {
  readonly event: NameNode;
  /** Undefined when the event stands for the route of the same name. */
  readonly routes: readonly NameNode[] | undefined;
  readonly cases: readonly OutcomeCaseNode[];
  readonly span: Span;
}

/** `unidentified login block`: what becomes of requests to these routes whose username could not be read. */
export interface UnidentifiedNode {
  readonly routes: readonly NameNode[];
  readonly action: "allow" | "mark" | "block";
  readonly span: Span;
}

/** `front cdn from cloudflare { ja4 header cf-ja4 }`: a proxy before us whose word is taken for these facts. */
export interface FrontNode {
  readonly name: NameNode;
  /** The name of a list, or networks. */
  readonly from: ValueNode | readonly ValueNode[];
  readonly facts: readonly { readonly fact: NameNode; readonly header: NameNode; readonly span: Span }[];
  readonly span: Span;
}

/** `device_cookie "known" for 180d`: the edge gives devices that signed in a cookie of its own. */
export interface DeviceCookieNode {
  readonly kind: "deviceCookie";
  readonly name: NameNode;
  readonly duration: NameNode;
  readonly span: Span;
}

/** `at_risk labelled ato webhook reset { user: account } amount body.amount at redeem`: what becomes of accounts that were taken over. */
export interface AtRiskNode {
  readonly kind: "atRisk";
  readonly labels: readonly NameNode[];
  readonly calls: readonly {
    readonly webhook: NameNode;
    readonly payload: JsonNode | undefined;
    readonly span: Span;
  }[];
  readonly channels: readonly NameNode[];
  /** Without routes: wherever the field is. */
  readonly amounts: readonly { readonly subject: SubjectNode; readonly routes: readonly NameNode[] }[];
  readonly span: Span;
}

/** What an app says once, each where it stands; a second one is reported by a rule. */
export type AppSettingNode =
  | LockNode
  | HealthNode
  | WaitsNode
  | DeviceCookieNode
  | AtRiskNode
  | { readonly kind: "fail"; readonly mode: "open" | "closed"; readonly span: Span }
  | { readonly kind: "pathCase"; readonly isSensitive: boolean; readonly span: Span }
  | { readonly kind: "ambiguous"; readonly action: "block" | "mark"; readonly span: Span };

export interface AppNode extends DeclarationBase {
  readonly kind: "app";
  readonly tags: readonly NameNode[];
  readonly hosts: readonly NameNode[];
  readonly origins: readonly OriginNode[];
  readonly routes: readonly RouteNode[];
  readonly identify: readonly IdentifyNode[];
  readonly outcomes: readonly OutcomeNode[];
  readonly unidentified: readonly UnidentifiedNode[];
  readonly fronts: readonly FrontNode[];
  readonly settings: readonly AppSettingNode[];
}
