/** The typed form of what is told to others: where calls and alerts go, and what each policy tells. No secret is in it, only where it is kept. */
import type { FieldIr, SecretIr } from "./policy-ir.ts";

/** Kinds of channels that alerts go through. */
export const channelTypes = ["slack", "email", "webhook"] as const;

/** A kind of channel. */
type ChannelType = (typeof channelTypes)[number];

/** `webhook reset POST "https://…" secret from file "secrets/reset"`. */
export interface WebhookIr {
  readonly name: string;
  readonly method: "POST" | "PUT";
  readonly url: string | SecretIr;
  /** What calls are signed with; its text may hold several secrets, one a line. */
  readonly secret: SecretIr | undefined;
}

/** `channel soc slack from env SOC_WEBHOOK_URL`; `to` lists URLs, or mail addresses. */
export interface ChannelIr {
  readonly name: string;
  readonly type: ChannelType;
  readonly to: readonly string[] | SecretIr;
}

/** The mail server; its URL is `smtp://` (STARTTLS) or `smtps://`. */
export interface SmtpIr {
  readonly url: string;
  readonly sender: string;
  readonly user: string | undefined;
  readonly secret: SecretIr | undefined;
}

/** How loud an alert is. */
export type Severity = "low" | "medium" | "high";

/** `once per KEY every D`: what is told again only after the time; an empty key is one for all requests. */
export interface OnceIr {
  readonly by: readonly FieldIr[];
  readonly everyMs: number;
}

/** A stretch of a call's JSON body: as it is, or a field's value. */
export type PayloadPartIr = string | FieldIr;

/** What a policy tells when it matches. */
export type TellIr =
  | {
      readonly kind: "webhook";
      readonly name: string;
      /** The body; undefined leaves it to the host. */
      readonly payload: readonly PayloadPartIr[] | undefined;
      /** The body names `account`: nothing is told of one that has not proven to be who it says. */
      readonly isAboutAccount: boolean;
      readonly once: OnceIr | undefined;
    }
  | {
      readonly kind: "alert";
      readonly name: string;
      readonly severity: Severity;
      readonly once: OnceIr | undefined;
    };

/** Whom a set may call, alert and mail. */
export interface Messaging {
  readonly webhooks: readonly WebhookIr[];
  readonly channels: readonly ChannelIr[];
  readonly smtp: SmtpIr | undefined;
}
