import { describe } from "vitest";
import { useDemo } from "../../support/a-demo.ts";
import { auditKeys } from "./audit-keys.ts";
import { beforeTheFirstTick } from "./before.ts";
import { duplicatesOfTheDemo } from "./duplicates.ts";

// One demo for three that read its millions of rows, before any function has written to it.
const demo = useDemo();

describe("before anything is hashed", () => beforeTheFirstTick(demo));
describe("duplicates", () => duplicatesOfTheDemo(demo));
describe("clean views by the audit's own key", () => auditKeys(demo));
