import type { Check } from "../check.ts";
import { roasResult } from "./as-result.ts";
import { returnsOf } from "./returns.ts";
import { trustedOf } from "./trusted.ts";

/** Can the return on a platform's spend be quoted as it is? */
export const roas = {
  id: "roas",
  judge: (input) =>
    returnsOf(input, trustedOf(input)).map(({ verdict, through }) =>
      roasResult(verdict, through, input.file.reconciliation.breakEvenRoas),
    ),
} as const satisfies Check;
