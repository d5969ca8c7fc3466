/** Takes new connections in: reads the PROXY header of fronts that send one, and keeps to the limits. */
import type { Socket } from "bun";
import type { Cidr } from "./cidr.ts";
import { isTrusted } from "./client-address.ts";
import type { ConnectionRoom, TurnedAwayReason } from "./connection-room.ts";
import { type IpAddress, ipv4FromWord, parseIpAddress } from "./ip-address.ts";
import { ProxiedConnection } from "./proxied-connection.ts";
import type { SocketOwner } from "./tls/tls-acceptor.ts";
import { TurnedAway } from "./turned-away.ts";

/** Connections that get an answer at once rather than a reset, when there is no room for them. */
const maxAnswered = 256;

/** What admission is told. */
export interface AdmissionOptions {
  readonly room: ConnectionRoom;
  /** Fronts whose word on the client is believed. */
  readonly trusted: readonly Cidr[];
  /** Fronts that must send a PROXY header; it is never read from anybody else. */
  readonly proxied: readonly Cidr[];
  /** For a PROXY header, ms. */
  readonly headerMs: number;
  turnedAway(reason: TurnedAwayReason, peer: IpAddress): void;
  /** A front sent no acceptable PROXY header; its connection is closed. */
  refused(peer: IpAddress, reason: string): void;
}

/** What the listener of a port does with a connection. */
export interface Reception {
  /** Says "no room" in HTTP; false where TLS is spoken first. */
  readonly canAnswer: boolean;
  /** Gives the owner of a connection whose client's side has this address. */
  begin(peer: IpAddress): SocketOwner;
}

/** Decides on each new socket. */
export class Admission {
  readonly #options: AdmissionOptions;
  #answered = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Gives the socket's owner, who is in the room then; undefined when the socket is to be closed. */
  admit(socket: Socket<SocketOwner>, reception: Reception): SocketOwner | undefined {
    const { room, trusted, proxied } = this.#options;
    const peer = peerOf(socket);
    const isProxied = isTrusted(peer, proxied);
    const isFront = isProxied || isTrusted(peer, trusted);
    if (!room.hasRoom(isFront)) return this.#enter(this.#turnAway("full", peer, socket, reception));
    if (isProxied) return this.#enter(this.#awaitHeader(peer, socket, reception));
    if (isFront) return this.#enter(reception.begin(peer));
    if (!room.admits(peer)) {
      return this.#enter(this.#turnAway("too_many_of_address", peer, socket, reception));
    }
    const owner = this.#enter(reception.begin(peer));
    if (owner) room.count(owner, peer);
    return owner;
  }

  #enter(owner: SocketOwner | undefined): SocketOwner | undefined {
    if (owner) this.#options.room.enter(owner);
    return owner;
  }

  #awaitHeader(front: IpAddress, socket: Socket<SocketOwner>, reception: Reception): SocketOwner {
    const { room, trusted, proxied, headerMs } = this.#options;
    const owner: SocketOwner = new ProxiedConnection(socket, {
      headerMs,
      named: (source = front) => {
        // A front that speaks for itself, or another behind it, is exempt as it would be by itself.
        if (isTrusted(source, proxied) || isTrusted(source, trusted)) return reception.begin(source);
        if (!room.admits(source)) return this.#turnAway("too_many_of_address", source, socket, reception);
        room.count(owner, source);
        return reception.begin(source);
      },
      refused: (reason) => this.#options.refused(front, reason),
    });
    return owner;
  }

  #turnAway(
    reason: TurnedAwayReason,
    peer: IpAddress,
    socket: Socket<SocketOwner>,
    { canAnswer }: Reception,
  ): SocketOwner | undefined {
    this.#options.turnedAway(reason, peer);
    if (!canAnswer || this.#answered >= maxAnswered) return undefined;
    this.#answered++;
    return new TurnedAway(socket, () => void this.#answered--);
  }
}

function peerOf(socket: Socket<SocketOwner>): IpAddress {
  // A link-local peer's address comes with its zone (RFC 4007 §11), which is ours and no part of the address.
  return parseIpAddress(socket.remoteAddress.split("%")[0] ?? "") ?? ipv4FromWord(0);
}
