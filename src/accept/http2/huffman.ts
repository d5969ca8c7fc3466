/** The Huffman code of HPACK (RFC 7541 Appendix B). It is canonical: the lengths below say all of it. */

/** Symbols by the length of their code, each list ascending; 256 is EOS. */
const symbolsByLength: readonly (readonly [bits: number, symbols: readonly number[]])[] = [
  [5, [48, 49, 50, 97, 99, 101, 105, 111, 115, 116]],
  [
    6,
    [32, 37, 45, 46, 47, ...span(51, 57), 61, 65, 95, 98, 100, 102, 103, 104, 108, 109, 110, 112, 114, 117],
  ],
  [7, [58, ...span(66, 87), 89, 106, 107, 113, ...span(118, 122)]],
  [8, [38, 42, 44, 59, 88, 90]],
  [10, [33, 34, 40, 41, 63]],
  [11, [39, 43, 124]],
  [12, [35, 62]],
  [13, [0, 36, 64, 91, 93, 126]],
  [14, [94, 125]],
  [15, [60, 96, 123]],
  [19, [92, 195, 208]],
  [20, [128, 130, 131, 162, 184, 194, 224, 226]],
  [21, [153, 161, 167, 172, 176, 177, 179, 209, 216, 217, 227, 229, 230]],
  [
    22,
    [
      129, 132, 133, 134, 136, 146, 154, 156, 160, 163, 164, 169, 170, 173, 178, 181, 185, 186, 187, 189, 190,
      196, 198, 228, 232, 233,
    ],
  ],
  [
    23,
    [
      1, 135, 137, 138, 139, 140, 141, 143, 147, 149, 150, 151, 152, 155, 157, 158, 165, 166, 168, 174, 175,
      180, 182, 183, 188, 191, 197, 231, 239,
    ],
  ],
  [24, [9, 142, 144, 145, 148, 159, 171, 206, 215, 225, 236, 237]],
  [25, [199, 207, 234, 235]],
  [26, [192, 193, 200, 201, 202, 205, 210, 213, 218, 219, 238, 240, 242, 243, 255]],
  [27, [203, 204, 211, 212, 214, 221, 222, 223, 241, ...span(244, 248), ...span(250, 254)]],
  [28, [...span(2, 8), 11, 12, ...span(14, 21), ...span(23, 31), 127, 220, 249]],
  [30, [10, 13, 22, 256]],
];

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

const codes = new Uint32Array(257);
const lengths = new Uint8Array(257);

/**
 * Four bits at a time: a state is an inner node of the code's tree. An entry holds the next state, then the
 * symbol that became complete on the way (`emits`), if any; `fails` marks EOS, which no string may contain.
 */
const transitions = new Int32Array(256 * 16);
const emits = 0x1_0000;
const fails = 0x2_0000;
/** States in which a string may end: less than a byte of EOS's first bits follows its last symbol. */
const mayEnd = new Uint8Array(256);

buildTables();

function buildTables(): void {
  let code = 0;
  let bits = 0;
  // Children of inner nodes: a node number, or a symbol as its complement.
  const children: number[][] = [[]];
  for (const [length, symbols] of symbolsByLength) {
    code *= 2 ** (length - bits);
    bits = length;
    for (const symbol of symbols) {
      codes[symbol] = code;
      lengths[symbol] = length;
      grow(children, code, length, symbol);
      code++;
    }
  }
  let node = 0;
  for (let depth = 0; depth < 8; depth++) {
    mayEnd[node] = 1;
    node = children[node]![1]!;
  }
  for (let state = 0; state < children.length; state++) {
    for (let nibble = 0; nibble < 16; nibble++)
      transitions[state * 16 + nibble] = follow(children, state, nibble);
  }
}

function grow(children: number[][], code: number, length: number, symbol: number): void {
  let node = 0;
  for (let bit = length - 1; bit > 0; bit--) {
    const side = (code >>> bit) & 1;
    let next = children[node]![side];
    if (next === undefined) {
      next = children.push([]) - 1;
      children[node]![side] = next;
    }
    node = next;
  }
  children[node]![code & 1] = ~symbol;
}

function follow(children: readonly number[][], state: number, nibble: number): number {
  let node = state;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = children[node]![(nibble >> bit) & 1]!;
    if (next >= 0) node = next;
    else if (~next === 256) return fails;
    else {
      emitted = emits | (~next << 8);
      node = 0;
    }
  }
  return emitted | node;
}

let decoded = Buffer.allocUnsafeSlow(1_024);

/** Decodes `bytes` from `from` to before `to` as latin1; undefined when they are no valid string (RFC 7541 §5.2). */
export function decodeHuffman(bytes: Buffer, from: number, to: number): string | undefined {
  // The shortest code has five bits.
  const most = Math.ceil(((to - from) * 8) / 5);
  if (decoded.length < most) decoded = Buffer.allocUnsafeSlow(most * 2);
  let state = 0;
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    const high = transitions[state * 16 + (byte >> 4)]!;
    if (high & emits) decoded[length++] = (high >> 8) & 0xff;
    const low = transitions[(high & 0xff) * 16 + (byte & 15)]!;
    if ((high | low) & fails) return undefined;
    if (low & emits) decoded[length++] = (low >> 8) & 0xff;
    state = low & 0xff;
  }
  return mayEnd[state] === 1 ? decoded.toString("latin1", 0, length) : undefined;
}

/** Bytes that a latin1 text takes when encoded. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) bits += lengths[text.charCodeAt(index) & 0xff]!;
  return (bits + 7) >> 3;
}

/** Encodes a latin1 text into `target` from `at` on; gives the position after it. */
export function encodeHuffman(text: string, target: Buffer, at: number): number {
  let position = at;
  let held = 0;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index) & 0xff;
    // At most 7 + 30 bits are held, which is why this multiplies instead of shifting.
    held = held * 2 ** lengths[symbol]! + codes[symbol]!;
    count += lengths[symbol]!;
    while (count >= 8) {
      count -= 8;
      const unit = 2 ** count;
      target[position++] = Math.floor(held / unit);
      held %= unit;
    }
  }
  // RFC 7541 §5.2: the rest of the last byte is the start of EOS, all ones.
  if (count > 0) target[position++] = (held << (8 - count)) | (0xff >> count);
  return position;
}
