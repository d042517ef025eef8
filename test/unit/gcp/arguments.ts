import { type Arguments, providerArguments } from "../../campaigns/gcp/provider/schema.ts";
import { type Block, bodiesOf, bodyOf } from "./hcl.ts";
import { addressOf, type Law } from "./laws.ts";

/** Terraform's own, of every resource. */
const ofTerraform = new Set(["for_each", "count", "depends_on", "lifecycle", "provider", "timeouts"]);

/** Every argument is one the provider has, and none that it needs is missing. */
export const argumentsAreTheProviders: Law = (hcl) =>
  [...hcl.resources, ...hcl.data]
    .filter(({ type }) => type.startsWith("google_"))
    .flatMap((one) => {
      const expected = providerArguments[one.type];
      if (expected === undefined)
        return [`${addressOf(one)}: provider-arguments.json does not list ${one.type}`];
      return mistakesIn(one, one.body, expected, "");
    });

function mistakesIn(
  block: Block,
  body: Record<string, unknown>,
  expected: Arguments,
  path: string,
): string[] {
  const given = new Map(Object.entries(body).filter(([name]) => path !== "" || !ofTerraform.has(name)));
  for (const [name, blocks] of Object.entries(bodyOf(given.get("dynamic"))))
    given.set(
      name,
      bodiesOf(blocks).flatMap(({ content }) => bodiesOf(content)),
    );
  given.delete("dynamic");
  const missing = Object.entries(expected)
    .filter(([name, kind]) => kind === "required" && !given.has(name))
    .map(([name]) => `${addressOf(block)} needs ${path}${name}`);
  const wrong = [...given].flatMap(([name, value]) => {
    const kind = expected[name];
    if (kind === undefined) return [`${addressOf(block)} has no argument ${path}${name}`];
    if (typeof kind === "string") return [];
    return bodiesOf(value).flatMap((inner) => mistakesIn(block, inner, kind, `${path}${name}.`));
  });
  return [...missing, ...wrong];
}
