import { describe, expect, test } from "bun:test";
import { parseTlsConfig, type TlsFlags } from "./tls-config.ts";

const parse = (flags: Partial<TlsFlags>) =>
  parseTlsConfig({ tlsWay: "same_socket", ...flags }, () => ({ hostname: "127.0.0.1", port: 8443 }));
const listening = { tlsListen: "127.0.0.1:8443" };
const certified = { ...listening, tlsCert: "a.crt", tlsKey: "a.key" };

test("there is no HTTPS unless it is asked for", () => {
  expect(parse({})).toBeUndefined();
});

test("certificates and keys are paired in their order", () => {
  expect(parse({ ...listening, tlsCert: "a.crt, b.crt", tlsKey: "a.key,b.key," })).toEqual({
    hostname: "127.0.0.1",
    port: 8443,
    way: "same_socket",
    files: [
      { cert: "a.crt", key: "a.key" },
      { cert: "b.crt", key: "b.key" },
    ],
    clientCertificates: undefined,
  });
});

test("clients' certificates are required unless they are said to be optional", () => {
  const asking = { ...certified, tlsClientCa: "ca.crt" };
  expect(parse(asking)?.clientCertificates).toEqual({ ca: "ca.crt", isRequired: true });
  expect(parse({ ...asking, tlsClientAuth: "required" })?.clientCertificates?.isRequired).toBe(true);
  expect(parse({ ...asking, tlsClientAuth: "optional" })?.clientCertificates?.isRequired).toBe(false);
});

describe("a setting that cannot work is told", () => {
  test.each<[Partial<TlsFlags>, string]>([
    [{ tlsCert: "a.crt" }, "--tls-cert has no effect without --tls-listen"],
    [{ tlsKey: "a.key" }, "--tls-key has no effect without --tls-listen"],
    [{ tlsClientCa: "ca.crt" }, "--tls-client-ca has no effect without --tls-listen"],
    [listening, "--tls-listen needs --tls-cert and --tls-key, PEM files"],
    [{ ...listening, tlsCert: "a.crt" }, "--tls-listen needs --tls-cert and --tls-key, PEM files"],
    [
      { ...listening, tlsCert: " , ", tlsKey: "a.key" },
      "--tls-listen needs --tls-cert and --tls-key, PEM files",
    ],
    [{ ...certified, tlsKey: "a.key,b.key" }, "--tls-cert and --tls-key go in pairs: 1 certificate, 2 keys"],
    [{ ...certified, tlsClientAuth: "optional" }, "--tls-client-auth has no effect without --tls-client-ca"],
    [
      { ...certified, tlsClientCa: "ca.crt", tlsClientAuth: "maybe" },
      "--tls-client-auth wants optional or required, not `maybe`",
    ],
    [{ ...certified, tlsWay: "fast" }, "--tls-way wants same_socket or splice, not `fast`"],
  ])("%o", (flags, message) => {
    expect(() => parse(flags)).toThrow(message);
  });
});
