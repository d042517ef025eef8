/**
 * Patterns for emails and phone numbers, RE2, over texts in lower case. RE2 has no lookaround, so a pattern
 * includes the character before and after it. They are query parameters, so a union over a thousand tables
 * holds them once.
 */

/** An @ in text, URLs (encoded once or twice), JSON, HTML and full width. */
const at = "(?:@|%(?:25)*40|\\\\u0040|&#0*64;|&#x0*40;|＠)";

const label = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?";

/** The domain must contain a dot: `root@localhost` and `user@host` are not persons. */
const email = `[\\p{L}\\p{N}._%+'-]*[\\p{L}\\p{N}_+-]${at}${label}(?:\\.${label})*\\.(?:\\p{L}{2,}|xn--[a-z0-9-]+)`;

/** `logo@2x.png`, `lodash@4.17.21.min.js`: removed before addresses are searched. */
const emailLookalike =
  "@(?:[0-9](?:\\.[0-9])?x\\.(?:png|jpe?g|webp|gif|svg|avif)|v?[0-9]+\\.[0-9]+[a-z0-9.-]*)";

const plus = "(?:\\+|%(?:25)*2b|＋)";
/** Between two digits of one number. */
const gap = "(?:[ \\x{a0}()/-]|%20){0,2}";
/** The character before a number must not make it part of a longer word, amount, path or number. */
const open = "(?:^|[^a-z0-9_.,/+#$€£-])";
const close = "(?:[^a-z0-9_-]|-[^a-z0-9]|[-_]?$)";

/** `+49 (0)170 1234567`, `+1.650.555.1212`. Zones such as `+00:00` and `+0100` begin with 0. */
const international = [
  `(?:^|[^a-z0-9+])${plus}[1-9](?:${gap}[0-9]){7,14}(?:[^a-z0-9.]|\\.[^0-9]|\\.?$)`,
  `(?:^|[^a-z0-9+])${plus}[1-9][0-9]{0,2}(?:\\.[0-9]{2,4}){3,4}${close}`,
  `${open}00[1-9][0-9]{0,2}[ \\x{a0}][0-9]{2,4}[ \\x{a0}][0-9][0-9 \\x{a0}]{3,9}${close}`,
];

/**
 * An area code in brackets: `(650) 555-1212`, `(0161) 496 0000`. Only phone numbers are written like this.
 */
const bracketed = [
  `\\([2-9][0-9]{2}\\)[ \\x{a0}.-]?[2-9][0-9]{2}[ \\x{a0}.-]?[0-9]{4}${close}`,
  `\\(0[1-9][0-9]{1,4}\\)[ \\x{a0}-]?[0-9]{3,4}[ \\x{a0}-]?[0-9]{3,5}${close}`,
];

/** Names of phone numbers; `mobile` and `tel` alone also count devices. */
const names = "phone|telefon[eo]?|tel[eé]fono|whats_?app|msisdn|handynummer|mobilnummer";
const shortNames = "mobile?|tel|fax|cell";
const ofNumber = "(?:[_ -]?(?:num(?:ber|mer)?|n[or]|e164|[0-9]))?";
/** From a name to its number: `": "`, `=`, `: `, `","value":"`. */
const between = `\\\\*["']?(?:[ \\x{a0}]*,[ \\x{a0}]*\\\\*"value\\\\*")?[ \\x{a0}]*[:=][ \\x{a0}]*\\\\*["']?`;
const labelled = [
  `(?:${names})${ofNumber}${between}${plus}?\\(?[0-9](?:[\\x{a0} ()./-]{0,2}[0-9]){6,14}(?:[^a-z0-9]|$)`,
  `(?:^|[^a-z])(?:${shortNames})${ofNumber}${between}${plus}?\\(?[0-9](?:[\\x{a0} ()./-]{0,2}[0-9]){8,14}(?:[^a-z0-9]|$)`,
];

/** National spellings: not in columns of ids, because `123-456-7890` is a Google Ads account there. */
const national = [
  `${open}(?:1[ \\x{a0}.-])?(?:[2-9][0-9]{2}-[2-9][0-9]{2}-|[2-9][0-9]{2}\\.[2-9][0-9]{2}\\.|[2-9][0-9]{2}[ \\x{a0}][2-9][0-9]{2}[ \\x{a0}])[0-9]{4}${close}`,
  `${open}0[1-9](?:(?:[ \\x{a0}][0-9]{2}){4}|(?:\\.[0-9]{2}){4}|(?:-[0-9]{2}){4})${close}`,
  `${open}0[1-9][0-9]{0,4}[ \\x{a0}]?[ \\x{a0}/][0-9]{3,4}[ \\x{a0}-]?[0-9]{3,5}${close}`,
  `${open}0[1-9][0-9]{1,4}-[0-9]{3,4}[ \\x{a0}-]?[0-9]{3,5}${close}`,
  `${open}06-[0-9]{8}${close}`,
];

/** Any run of digits, used if the column's name says that it is a phone number. */
const bare = "(?:^|[^a-z0-9])[0-9](?:[\\x{a0} ()./-]{0,2}[0-9]){6,14}(?:[^0-9a-z]|$|[ \\x{a0}]*(?:x|ext))";

const any = (patterns: readonly string[]) => patterns.map((it) => `(?:${it})`).join("|");

/** Named parameters of `pii-search/search`. A change here makes the next run read all tables again. */
export const patterns = {
  /** A text that does not match contains no address, number or hash. */
  worth_a_look: `${at}|(?:[0-9][ \\x{a0}()./%-]{0,3}){6}[0-9]|[A-Za-z0-9+/_-]{12}`,
  /**
   * An id or a hash, like most texts of a warehouse: it needs no folding, and neither `at` nor `phone`
   * matches it.
   */
  word: "^[a-z0-9_-]*$",
  at_sign: at,
  email,
  email_lookalike: emailLookalike,
  phone: any([...international, ...bracketed, ...labelled]),
  national_phone: any(national),
  bare_phone: bare,
} as const;
