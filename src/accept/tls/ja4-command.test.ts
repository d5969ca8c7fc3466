import { expect, test } from "bun:test";
import hellos from "../../../test/contract/tls/hellos.json" with { type: "json" };
import { AppError } from "../../app-error.ts";
import { ja4Report } from "./ja4-command.ts";

function report(name: "openssl" | "openssl_tls12", visit: 0 | 1) {
  return ja4Report(Buffer.from(hellos[name][visit]!, "hex"));
}

test("reports what a policy can use of a captured hello", () => {
  expect(report("openssl", 0)).toEqual({
    ja4: "t13d311000_e8f1e7e78f70_1f22a2ca17c4",
    ja4_stable: "r1:t13d310800_e8f1e7e78f70_8a090e440eea",
    ja4_raw: expect.stringMatching(
      /^t13d311000_002f,0033,.*_000a,000b,000d,0016,0017,0023,002b,002d,0033_0403,/,
    ),
    sni: "localhost",
    alpn: [],
    versions: ["0304", "0303", "0302", "0301"],
    ciphers: expect.arrayContaining(["1302", "1303", "1301"]),
    extensions: ["0000", "000b", "000a", "0023", "0016", "0017", "000d", "002b", "002d", "0033"],
    groups: expect.arrayContaining(["001d", "0017"]),
    signature_algorithms: expect.arrayContaining(["0403"]),
    session_id_bytes: 32,
    resumes: false,
    early_data: false,
  });
});

test.each(["openssl", "openssl_tls12"] as const)(
  "says that %s offers a session only on its second visit",
  (name) => {
    expect(report(name, 0).resumes).toBe(false);
    expect(report(name, 1).resumes).toBe(true);
  },
);

test.each([
  ["", "the bytes end before it does"],
  ["16030100050100", "the bytes end before it does"],
  ["474554202f", "the bytes look like plain HTTP"],
  ["00", "the bytes are not TLS records"],
])("of %p it says what is wrong", (hex, text) => {
  expect(() => ja4Report(Buffer.from(hex, "hex"))).toThrow(
    new AppError("bad_input", `no ClientHello: ${text}`),
  );
});
