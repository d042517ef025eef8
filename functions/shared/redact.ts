const redacted = "[redacted]";

/**
 * Order matters: a credential inside a URL is taken before the rest of the URL could pass for an e-mail
 * address. Every repetition has an upper bound, so a long hostile text costs linear time.
 */
const rules: readonly { readonly pattern: RegExp; readonly replacement: string }[] = [
  {
    pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    replacement: redacted,
  },
  // scheme://user:password@host. Greedy up to the last @: passwords hold @ and / more often than URLs hold two @.
  {
    pattern: /\b([a-z][a-z0-9+.-]{0,20}:(?:\\?\/){2})[^\s"<>]{1,2000}@/gi,
    replacement: `$1${redacted}@`,
  },
  // A chat webhook is a bearer secret in its path. The path alone is enough: clients print it without the host.
  {
    pattern:
      /((?:\\?\/)(?:services|triggers|workflows|webhooks?|webhookb2|hooks)(?:\\?\/))(?!\[redacted\])[^\s"'<>)\]}]{8,2000}/gi,
    replacement: `$1${redacted}`,
  },
  {
    pattern:
      /([?&;](?:[\w-]{0,40}[_-])?(?:token|key|secret|sig|signature|password|code|auth)=)(?!\[redacted\])[^\s&"'<>]{1,2000}/gi,
    replacement: `$1${redacted}`,
  },
  { pattern: /\b(Bearer|Basic) [A-Za-z0-9+/=._~-]{8,4000}/gi, replacement: `$1 ${redacted}` },
  { pattern: /\b(?:xox[a-z]-|xapp-|ya29\.|AIza)[A-Za-z0-9_.-]{6,2000}/g, replacement: redacted },
  {
    // Service accounts are not persons, and a refused permission is useless without the account's name.
    pattern:
      /[\p{L}\p{N}._%+'-]{1,64}@(?![\w.-]{1,200}\.gserviceaccount\.com\b)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu,
    replacement: "[e-mail]",
  },
];

/**
 * Takes out of a text what must never reach a log, an error or an answer: credentials in URLs, webhook
 * paths, tokens, private keys and e-mail addresses of people. What is not secret stays readable.
 */
export function redact(text: string): string {
  return rules.reduce((kept, { pattern, replacement }) => kept.replace(pattern, replacement), text);
}
