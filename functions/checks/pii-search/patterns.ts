/**
 * Shapes of emails and phone numbers, RE2, over texts in lower case. RE2 cannot look around, so a pattern takes the
 * character before and after it in. They go to the warehouse as parameters: a union over a thousand tables holds
 * them once.
 */

/** As it is written in text, URLs (once and twice encoded), JSON, HTML and full width. */
const at = "(?:@|%(?:25)*40|\\\\u0040|&#0*64;|&#x0*40;|＠)";

const label = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?";

/** No address without a dot in its domain: `root@localhost` and `user@host` are no people. */
const email = `[\\p{L}\\p{N}._%+'-]*[\\p{L}\\p{N}_+-]${at}${label}(?:\\.${label})*\\.(?:\\p{L}{2,}|xn--[a-z0-9-]+)`;

/** `logo@2x.png`, `lodash@4.17.21.min.js`: taken out before an address is looked for. */
const emailLookalike =
  "@(?:[0-9](?:\\.[0-9])?x\\.(?:png|jpe?g|webp|gif|svg|avif)|v?[0-9]+\\.[0-9]+[a-z0-9.-]*)";

const plus = "(?:\\+|%(?:25)*2b|＋)";
/** Between two digits of one number. */
const gap = "(?:[ \\x{a0}()/-]|%20){0,2}";
/** In front of a number: nothing that makes it part of a longer word, amount, path or number. */
const open = "(?:^|[^a-z0-9_.,/+#$€£-])";
const close = "(?:[^a-z0-9_-]|-[^a-z0-9]|[-_]?$)";

/** `+49 (0)170 1234567`, `+1.650.555.1212`. Zones such as `+00:00` and `+0100` begin with 0. */
const international = [
  `(?:^|[^a-z0-9+])${plus}[1-9](?:${gap}[0-9]){7,14}(?:[^a-z0-9.]|\\.[^0-9]|\\.?$)`,
  `(?:^|[^a-z0-9+])${plus}[1-9][0-9]{0,2}(?:\\.[0-9]{2,4}){3,4}${close}`,
  `${open}00[1-9][0-9]{0,2}[ \\x{a0}][0-9]{2,4}[ \\x{a0}][0-9][0-9 \\x{a0}]{3,9}${close}`,
];

/** An area code in brackets: `(650) 555-1212`, `(0161) 496 0000`. Nothing else is written so. */
const bracketed = [
  `\\([2-9][0-9]{2}\\)[ \\x{a0}.-]?[2-9][0-9]{2}[ \\x{a0}.-]?[0-9]{4}${close}`,
  `\\(0[1-9][0-9]{1,4}\\)[ \\x{a0}-]?[0-9]{3,4}[ \\x{a0}-]?[0-9]{3,5}${close}`,
];

/** Names that say that a number is a phone number; `mobile` and `tel` alone also count devices. */
const names = "phone|telefon[eo]?|tel[eé]fono|whats_?app|msisdn|handynummer|mobilnummer";
const shortNames = "mobile?|tel|fax|cell";
const ofNumber = "(?:[_ -]?(?:num(?:ber|mer)?|n[or]|e164|[0-9]))?";
/** From a name to its number: `": "`, `=`, `: `, `","value":"`. */
const between = `\\\\*["']?(?:[ \\x{a0}]*,[ \\x{a0}]*\\\\*"value\\\\*")?[ \\x{a0}]*[:=][ \\x{a0}]*\\\\*["']?`;
const labelled = [
  `(?:${names})${ofNumber}${between}${plus}?\\(?[0-9](?:[\\x{a0} ()./-]{0,2}[0-9]){6,14}(?:[^a-z0-9]|$)`,
  `(?:^|[^a-z])(?:${shortNames})${ofNumber}${between}${plus}?\\(?[0-9](?:[\\x{a0} ()./-]{0,2}[0-9]){8,14}(?:[^a-z0-9]|$)`,
];

/** Written as a country writes its own: not in columns of ids, where `123-456-7890` is an account of Google Ads. */
const national = [
  `${open}(?:1[ \\x{a0}.-])?(?:[2-9][0-9]{2}-[2-9][0-9]{2}-|[2-9][0-9]{2}\\.[2-9][0-9]{2}\\.|[2-9][0-9]{2}[ \\x{a0}][2-9][0-9]{2}[ \\x{a0}])[0-9]{4}${close}`,
  `${open}0[1-9](?:(?:[ \\x{a0}][0-9]{2}){4}|(?:\\.[0-9]{2}){4}|(?:-[0-9]{2}){4})${close}`,
  `${open}0[1-9][0-9]{0,4}[ \\x{a0}]?[ \\x{a0}/][0-9]{3,4}[ \\x{a0}-]?[0-9]{3,5}${close}`,
  `${open}0[1-9][0-9]{1,4}-[0-9]{3,4}[ \\x{a0}-]?[0-9]{3,5}${close}`,
  `${open}06-[0-9]{8}${close}`,
];

/** Where the name of the column says it: any run of digits. */
const bare = "(?:^|[^a-z0-9])[0-9](?:[\\x{a0} ()./-]{0,2}[0-9]){6,14}(?:[^0-9a-z]|$|[ \\x{a0}]*(?:x|ext))";

const any = (patterns: readonly string[]) => patterns.map((it) => `(?:${it})`).join("|");

/** Named parameters of `pii-search/search`. Whatever changes here makes all tables be read again. */
export const patterns = {
  /** A text without it holds neither an address nor a number nor a hash. */
  worth_a_look: `${at}|(?:[0-9][ \\x{a0}()./%-]{0,3}){6}[0-9]|[A-Za-z0-9+/_-]{12}`,
  /** An id or a hash, as most texts of a warehouse are: it needs no folding, and no `at` nor `phone` matches in it. */
  word: "^[a-z0-9_-]*$",
  at_sign: at,
  email,
  email_lookalike: emailLookalike,
  phone: any([...international, ...bracketed, ...labelled]),
  national_phone: any(national),
  bare_phone: bare,
} as const;
