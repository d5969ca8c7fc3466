/**
 * Networks whose class does not follow from their name. They are the ones where a wrong guess hurts people
 * or search engines, so they stand above the rules for names; the operator's lists stand above both.
 */

import type { NetworkClass } from "../describe/fact-sources.ts";

const asnsByClass: readonly (readonly [NetworkClass, readonly number[]])[] = [
  // As clients of a site these carry people: egress of iCloud Private Relay (Apple names Akamai AS36183,
  // Cloudflare AS13335 and Fastly AS54113), Cloudflare WARP, Opera Mini.
  ["relay", [36183, 13335, 54113, 209242, 132892, 39832, 21837, 198992]],

  // Content networks; their requests are origin fetches, previews and image proxies.
  [
    "cdn",
    [
      20940, 16625, 35994, 32787, 24319, 34164, 21342, 213120, 33905, 12222, 19551, 62571, 30148, 199524,
      202422, 22822, 15133, 30081, 38107, 57363, 200325, 52580, 57724,
    ],
  ],

  // Commercial VPNs and the anonymity networks. M247 and Datacamp rent to most consumer VPN brands and to
  // abusers alike. Calling them bulletproof or hosting would stop every subscriber of those brands because
  // of where he surfs from; as "vpn" they are evidence that a policy can weigh, and abuse has to show in
  // behaviour. An operator who sees it otherwise adds the number to lists/hosting.txt, which wins.
  [
    "vpn",
    [
      9009, 42973, 16247, 33970, 51332, 60068, 212238, 211612, 136787, 272096, 207137, 147049, 141039, 39351,
      49399, 214813, 216025, 208172, 62371, 199218, 209103, 138233, 397540, 203619, 46253, 60729,
    ],
  ],

  // Secure web gateways: an address of theirs is thousands of employees (Zscaler, Netskope, Cisco Umbrella,
  // Cato, iboss, Menlo, Palo Alto, Forcepoint, McAfee/Skyhigh), or a scanner of links in their mail.
  [
    "business",
    [
      22616, 62044, 53813, 55256, 36692, 13150, 396253, 202276, 137922, 62654, 54538, 64280, 44444, 13448,
      7754, 17370, 16417, 30238, 30215, 30031, 42427, 37235, 39588, 397726, 15324, 398946,
    ],
  ],

  // Search engines, link previews and archives. Google's and Yandex's clouds have numbers of their own;
  // AS8075 mixes Azure with Bing, Office 365 and Microsoft's staff, so it cannot be called hosting.
  [
    "business",
    [
      15169, 8075, 8068, 8069, 8070, 3598, 714, 6185, 13238, 44534, 55967, 38365, 23576, 43037, 32934, 63293,
      54115, 13414, 35995, 14413, 13443, 396986, 140577, 7941,
    ],
  ],

  // AS13188 is an access provider in spite of its name, Content Delivery Network Ltd.
  // Carriers whose names are also those of their fixed lines or say nothing.
  ["mobile", [6167, 22394, 21928, 12912, 8412, 29975, 33771, 36992, 37069, 8374, 39603, 16135, 15897]],
  [
    "isp",
    [
      4134, 4837, 4766, 17676, 3320, 3215, 2516, 12322, 3301, 3269, 1136, 5607, 22773, 20115, 5650, 8151,
      14593, 3303, 2856, 6805, 3209, 4713, 7552, 45899, 55836, 1221, 6327, 812, 577, 852, 2119, 1759, 3292,
      15557, 18403, 7992, 11290, 8881, 12313, 20001, 10796, 11427, 11426, 33363, 11351, 45903, 8473, 37611,
      13188,
    ],
  ],
];

/** The class of each network that is known by its number. */
export const knownNetworks: ReadonlyMap<number, NetworkClass> = new Map(
  asnsByClass.flatMap(([networkClass, asns]) =>
    asns.map((asn): [number, NetworkClass] => [asn, networkClass]),
  ),
);
