/** What all scenarios of a run have in common. */
import type { MadeCertificate } from "../support/test-certificates.ts";
import type { AddressPools } from "./address-pools.ts";
import type { RequestLabels } from "./request-labels.ts";

/** How a run is set up. */
export interface RunOptions {
  readonly seed: number;
  readonly perGroup: number;
  readonly isProtected: boolean;
  readonly policies: string;
  /** How many times longer everything takes, for machines that have more to do: 1 is right for two quiet cores. */
  readonly slow: number;
  readonly pools: AddressPools;
  readonly labels: RequestLabels;
  /** Of the HTTPS port. */
  readonly certificate: MadeCertificate;
}
