/**
 * The round-trip time of a connection as the kernel has measured it (Linux: TCP_INFO). Against the handshake's of TLS
 * it is weak evidence of a relay, which ends TCP nearby and passes TLS on to somebody far away.
 */
import { dlopen, FFIType, ptr } from "bun:ffi";
import type { IpAddress } from "./ip-address.ts";

/** The socket whose path is measured. */
interface PathSocket {
  readonly fd?: number;
  readonly remoteAddress: string;
}

// tcp(7), linux/tcp.h: struct tcp_info; the latter field since Linux 4.6.
const [tcpLevel, tcpInfo] = [6, 11];
const [smoothedAt, leastAt] = [68, 148];
const info = new DataView(new ArrayBuffer(256));
const length = new Uint32Array(1);

/** One connection's way to its client. */
export class TcpPath {
  readonly #fd: number;

  /**
   * `client` is whose connection it is; if a front's PROXY header named it, the socket only leads to the front. Made
   * before TLS takes the socket over, since it shows no number afterwards.
   */
  constructor({ fd = -1, remoteAddress }: PathSocket, client: IpAddress) {
    this.#fd = isAddress(remoteAddress, client) ? fd : -1;
  }

  /** The least round-trip time so far, ms; undefined where the kernel does not tell, and for a front's connection. */
  get roundTripMs(): number | undefined {
    return this.#fd < 0 ? undefined : leastRoundTrip(this.#fd);
  }
}

function isAddress(text: string, { text: client }: IpAddress): boolean {
  const bare = text.split("%")[0]!;
  return bare === client || bare === `::ffff:${client}`;
}

type GetSockOpt = (fd: number, level: number, name: number, value: number, size: number) => number;

let getSockOpt: GetSockOpt | false | undefined;

function leastRoundTrip(fd: number): number | undefined {
  getSockOpt ??= openLibrary();
  if (!getSockOpt) return undefined;
  length[0] = info.byteLength;
  if (getSockOpt(fd, tcpLevel, tcpInfo, ptr(info), ptr(length)) !== 0) return undefined;
  const at = (length[0] ?? 0) >= leastAt + 4 ? leastAt : smoothedAt;
  const micros = info.getUint32(at, true);
  // The kernel starts from the largest number, and from 0, before it has measured anything.
  return micros === 0 || micros === 0xffff_ffff ? undefined : micros / 1000;
}

function openLibrary(): GetSockOpt | false {
  if (process.platform !== "linux") return false;
  const { i32, ptr: pointer } = FFIType;
  for (const file of ["libc.so.6", "libc.so"]) {
    try {
      const { symbols } = dlopen(file, {
        getsockopt: { args: [i32, i32, i32, pointer, pointer], returns: i32 },
      });
      return symbols.getsockopt;
    } catch {
      // Another libc: musl has the second name.
    }
  }
  return false;
}
