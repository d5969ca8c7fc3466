/** Loaded before every test file (bunfig.toml): what is left of its tests ends with it, however they ended. */
import { afterAll } from "bun:test";
import { killLeftOver } from "./sallyport.ts";

afterAll(killLeftOver);
