import { BadRequestError } from "../errors.ts";

/** `?dry_run`, `=1`, `=true` are yes; `=0`, `=false` and its absence no. @throws BadRequestError for anything else */
export function flag(name: string, value: string | undefined): boolean {
  if (value === undefined || value === "0" || value === "false") return false;
  if (value === "" || value === "1" || value === "true") return true;
  throw new BadRequestError(`${name} is yes or no; write ${name}=1, or leave it out`);
}
