import { expect, test } from "bun:test";
import * as fc from "fast-check";
import type { IpValue } from "../scheme.ts";
import { AddressTable } from "./address-table.ts";

const four = (d: number): IpValue => ({ family: 4, a: 0, b: 0, c: 0, d, text: "" });
const six = (a: number, b: number, c: number, d: number): IpValue => ({ family: 6, a, b, c, d, text: "" });
const dotted = (word: number) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join(".");

test("look-ups agree with comparing every network bit by bit", () => {
  const network = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 32 }));
  fc.assert(
    fc.property(
      fc.array(network, { maxLength: 40 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      (networks, word) => {
        const table = new AddressTable(networks.map(([base, bits]) => `${dotted(base)}/${bits}`));
        // Asked at random, and at and beside the edges of every network.
        const asked = [word, ...networks.flatMap(([base]) => [base, (base + 1) >>> 0, (base - 1) >>> 0])];
        for (const address of asked) {
          const isInside = networks.some(
            ([base, bits]) => bits === 0 || base >>> (32 - bits) === address >>> (32 - bits),
          );
          expect(table.has(four(address))).toBe(isInside);
        }
      },
    ),
  );
});

test("IPv6 networks hold their edges and nothing beyond", () => {
  const table = new AddressTable(["2001:db8::/33", "2001:db8:ffff::1", "::/128"]);
  expect(table.has(six(0x20010db8, 0, 0, 0))).toBe(true);
  expect(table.has(six(0x20010db8, 0x7fffffff, 0xffffffff, 0xffffffff))).toBe(true);
  expect(table.has(six(0x20010db8, 0x80000000, 0, 0))).toBe(false);
  expect(table.has(six(0x20010db8, 0xffff0000, 0, 1))).toBe(true);
  expect(table.has(six(0x20010db8, 0xffff0000, 0, 2))).toBe(false);
  expect(table.has(six(0, 0, 0, 0))).toBe(true);
  expect(table.has(four(0))).toBe(false);
});

test("an IPv4 address written as IPv6 is the IPv4 address", () => {
  expect(new AddressTable(["::ffff:10.0.0.1"]).has(four(0x0a000001))).toBe(true);
});
