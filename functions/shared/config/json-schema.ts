import { z } from "zod";
import { warehouseFileSchema } from "./core.ts";

/** The JSON Schema of the warehouse file, for editors, as `warehouse.schema.json` holds it. */
export function jsonSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(warehouseFileSchema, { io: "input" }), null, 2)}\n`;
}
