import type { FunctionTranslator } from "../context.ts";
import { ARRAYS } from "./arrays.ts";
import { DATES } from "./dates.ts";
import { format } from "./format.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { NUMBERS } from "./numbers.ts";
import { OPERATORS } from "./operators.ts";
import { STRINGS } from "./strings.ts";
import { TIME_FORMATS } from "./time-formats.ts";

/** Every scalar function and operator that is covered, by the analyzer's name of it. */
export const FUNCTIONS: ReadonlyMap<string, FunctionTranslator> = new Map(
  Object.entries({
    ...OPERATORS,
    ...NUMBERS,
    ...STRINGS,
    ...DATES,
    ...TIME_FORMATS,
    ...ARRAYS,
    ...JSON_FUNCTIONS,
    format,
  }),
);
