/** The first decisions of a process, before any of its code is compiled: prints their mean in µs. */
import { sallyportEngine } from "./engine-sallyport.ts";
import { makeSamples, makeWorld } from "./rule-world.ts";

const decisions = 100;

const [rules = "", routes = "", patterns = ""] = process.argv.slice(2);
const world = makeWorld(Number(rules), Number(routes), patterns === "patterns");
const engine = sallyportEngine(world, makeSamples(world, decisions));
const begin = performance.now();
for (let sample = 0; sample < decisions; sample++) engine.decide(sample);
console.log(((performance.now() - begin) * 1000) / decisions);
