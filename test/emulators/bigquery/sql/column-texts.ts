/** Texts that tell a time, a number or a truth value, or nearly do. */

const DAY = "2026-02-08";
const AT_TEN = `${DAY} 10:00:00`;

const ZONES: readonly string[] = [
  ..."Z z +00 -05 +5 -5 +00:00 +0000 -0500 -05:30 +14:00 +14:01 +15:00 -14:00 +05:3 +5:30 +530 +05:60".split(
    " ",
  ),
  ..."+0560 +0:00 +000 +051 +00000 + - +:00 +5: -00:00 +00:00:00 +5:3 UTC Europe/Berlin −05:00".split(" "),
  ...[
    " Z",
    " UTC",
    " utc",
    "  UTC",
    "\tUTC",
    " UTC ",
    "+00 ",
    "Z ",
    " +00:00",
    " -05",
    "\t+00",
    "T+00",
    "TZ",
    " ",
  ],
  ..."Europe/Berlin europe/berlin America/New_York US/Pacific Asia/Kolkata Asia/Calcutta Etc/GMT+5 Zulu"
    .split(" ")
    .map((name) => ` ${name}`),
  ..."PST EST GMT CET BST IST ACT SystemV/EST5 US/Pacific-New EST5EDT PST8PDT GMT+0 GMT+1 Nowhere/X ../UTC"
    .split(" ")
    .map((name) => ` ${name}`),
  ..."UTC+1 UTC+01:00 UTC-0530 UTC+ UTC+15 utc+1 UTC-5:3".split(" ").map((name) => ` ${name}`),
];

const FRACTIONS = ". .1 .12 .123 .1234 .12345 .123456 .1234567 .123456789 .1234567891 .000000 .999999".split(
  " ",
);

const TIMES: readonly string[] = [
  ...ZONES.flatMap((zone) => [`${AT_TEN}${zone}`, `${DAY}${zone}`]),
  ...["", "Z", "+0000", "-0500", " Europe/Berlin"].map((zone) => `${DAY}T10:00:00.123${zone}`),
  ...FRACTIONS.flatMap((fraction) => [
    `${AT_TEN}${fraction}`,
    `${AT_TEN}${fraction}Z`,
    `10:00:00${fraction}`,
  ]),
  ...[DAY, ` ${DAY}`, `${DAY}\n`, `${DAY}T`, `${DAY}t10:00:00`, `${DAY}  10:00:00`, `${DAY}\t10:00:00`],
  ...["10", "10:00", "1:2:3", "24:00:00", "23:60:00", "23:59:60", "23:59:61"].map((time) => `${DAY} ${time}`),
  ...["10:11:60", "10:11:60.25", "23:59:60.5", "10:00", "10", "1:2:3", "24:00:00", "12:60:00", "10:00:00Z"],
  ...["10:11:60.25", "10:11:60+02", "10:11:60.1234567", "10:00:00,123"].map((time) => `${DAY}T${time}`),
  ...["2026-2-8", "26-02-08", "02026-02-08", "12026-02-08", "226-02-08", "2026-02-30", "2026-13-01"],
  ...["2024-02-29", "2026-02-29", "0001-01-01", "0000-12-31", "9999-12-31 23:59:59.999999", "10000-01-01"],
  ...["9999-12-31 23:59:59-01", "0001-01-01 00:00:00+01", "0001-01-01 00:00:00 Europe/Berlin"],
  ...[
    "2026/02/08",
    "20260208",
    "2026-02",
    "-2026-02-08",
    "+2026-02-08",
    "2026-002-08",
    "1800-01-01 00:00:00.5 UTC",
  ],
  ...["2026-03-29 02:30:00", "2026-10-25 02:30:00", "1800-01-01 00:00:00", "2040-07-01 00:00:00"].flatMap(
    (time) => [`${time} Europe/Berlin`, `${time}.25 America/New_York`],
  ),
  ...["2026-03-08 02:30:00", "2026-11-01 01:30:00", "9999-12-31 23:59:59", "0001-01-01 00:00:00"].map(
    (time) => `${time} America/New_York`,
  ),
];

const NUMBERS: readonly string[] = [
  ...[
    "",
    " ",
    " \t\n",
    " 1",
    "1 ",
    "\t1\n",
    "\v1\f",
    "\u00a01",
    "- 1",
    "1 .5",
    " 1.5",
    "1.5\t",
    " inf",
    "nan ",
  ],
  ..."0 -0 +0 +1 -1 ++1 +-1 １２ ١٢ 1. 1.0 .1 . -.5 +.5 007 1_000 1,000 1f 1L 0b1 0o7 1.2.3 1e3.5".split(" "),
  ..."1e3 1E3 1e+3 1e-3 1e e3 1.e3 .e3 1e400 -1e400 1e-400 1.8e308 4.9e-324 1e99999999999 1e-1000000000".split(
    " ",
  ),
  ..."0x 0x1F 0X1f -0x1F +0x1f 0x7fffffffffffffff 0x8000000000000000 -0x8000000000000000 0x1.8p1 0xg".split(
    " ",
  ),
  ..."9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 0000000000012".split(
    " ",
  ),
  ..."nan NaN NAN -nan +nan nan(1) inf Inf +inf -inf infinity -Infinity infinit".split(" "),
  ..."1.0000000005 1.00000000049 -1.0000000005 5e-10 4.9e-10 1e28 9.9e28 1e29 0e100 123e-3 00123.4500".split(
    " ",
  ),
  ..."99999999999999999999999999999.999999999 99999999999999999999999999999.9999999995".split(" "),
  ..."1,,0 ,1 1, 1.5,0 1,0e3 1- 1.5+ -1- , 1e3-".split(" "),
];

const TRUTHS = [
  "true",
  "TRUE",
  "tRuE",
  "false",
  " true",
  "true ",
  "t",
  "yes",
  "on",
  "null",
  "\ufefftrue",
  "ſalse",
];

export const COLUMN_TEXTS: readonly string[] = [...new Set([...TIMES, ...NUMBERS, ...TRUTHS])];
