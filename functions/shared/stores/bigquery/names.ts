/** Nothing that could end a backtick-quoted identifier or start a comment gets through. */
const identifier = /^[A-Za-z0-9_][A-Za-z0-9_.*$-]*$/;

/** The name as it is. @throws Error on one that is no table or column name */
export function checked(name: string): string {
  if (!identifier.test(name) || name.includes("--")) {
    throw new Error(`${JSON.stringify(name)} is no table or column name: letters, digits, _ - . * $ only`);
  }
  return name;
}

/** Any name, in backticks: nothing in it can end them, stand for another character or be a placeholder. */
export function quoted(name: string): string {
  if (name === "" || /[`\\{}\p{C}]/u.test(name)) throw new Error(`${JSON.stringify(name)} is no name`);
  return `\`${name}\``;
}
