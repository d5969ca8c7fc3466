/** Signatures, held to by the specification's own verifier. */
import { expect, test } from "bun:test";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { isSigned, signedHeaders, signingKeys } from "./sign-call.ts";

const secret = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const body = '{"user":"ann@shop.example","why":"ünï"}';

function headersOf(text: string, now = Date.now()): Record<string, string> {
  return Object.fromEntries(signedHeaders(signingKeys(text), "msg_1", body, now));
}

test("the official verifier takes a signed call", () => {
  expect(new Webhook(secret).verify(body, headersOf(secret))).toEqual(JSON.parse(body));
});

test("the official verifier refuses an altered body, an altered id, and a call of another time", () => {
  const refuse = (text: string, headers: Record<string, string>) =>
    expect(() => new Webhook(secret).verify(text, headers)).toThrow(WebhookVerificationError);
  refuse(body.replace("ann", "bob"), headersOf(secret));
  refuse(body, { ...headersOf(secret), "webhook-id": "msg_2" });
  refuse(body, headersOf(secret, Date.now() - 6 * 60_000));
});

test("while keys change hands a call carries a signature of each, and whoever knows either takes it", () => {
  const both = headersOf(`${secret}\nplain-secret`);
  expect(both["webhook-signature"]?.split(" ").length).toBe(2);
  expect(new Webhook(secret).verify(body, both)).toBeDefined();
  expect(new Webhook("plain-secret", { format: "raw" }).verify(body, both)).toBeDefined();
});

test("what the official library signs is taken, by any of the keys; altered or old it is not", () => {
  const now = new Date();
  const call = {
    id: "ack_1",
    timestamp: String(Math.floor(now.getTime() / 1000)),
    signatures: `v1,AAAA ${new Webhook(secret).sign("ack_1", now, body)}`,
    body,
  };
  const keys = signingKeys(`other ${secret}`);
  expect(isSigned(call, keys, Date.now())).toBe(true);
  expect(isSigned({ ...call, body: `${body} ` }, keys, Date.now())).toBe(false);
  expect(isSigned({ ...call, timestamp: "x" }, keys, Date.now())).toBe(false);
  expect(isSigned(call, keys, Date.now() + 6 * 60_000)).toBe(false);
  expect(isSigned(call, signingKeys("other"), Date.now())).toBe(false);
  expect(isSigned(call, [], Date.now())).toBe(false);
});

test("the words of a comment are no keys", () => {
  const keys = signingKeys(`# rotated in may\nfirst#1 # old: second\r\n\t#third\n${secret}`);
  expect(keys.map(String)).toEqual(["first#1", "a secret of thirty-two bytes, ok"]);
});
