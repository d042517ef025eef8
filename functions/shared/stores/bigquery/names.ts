/** Allows no character that could end an identifier in backticks or start a comment. */
const identifier = /^[A-Za-z0-9_][A-Za-z0-9_.*$-]*$/;

/** The unchanged name. @throws Error if it is not a table or column name */
export function checked(name: string): string {
  if (!identifier.test(name) || name.includes("--")) {
    throw new Error(`${JSON.stringify(name)} is no table or column name: letters, digits, _ - . * $ only`);
  }
  return name;
}

/** Any name in backticks. Its characters cannot end them, act as an escape or form a placeholder. */
export function quoted(name: string): string {
  if (name === "" || /[`\\{}\p{C}]/u.test(name)) throw new Error(`${JSON.stringify(name)} is no name`);
  return `\`${name}\``;
}
