import { nameSql } from "../names.ts";
import {
  BRITISH_CODES,
  isCanadianSql,
  LINES_PER_CODE,
  ORDERING_CODES,
  SIGNUP_CODES,
} from "../phone-lines.ts";
import { PLANTED } from "../planted.ts";

const FIRST_NAMES = "Ada Bruno Chloe Dario Elena Farid Greta Hugo Ines Jonas Keiko Luca Mina".split(" ");
const LAST_NAMES = "Abara Brandt Castell Dufour Engel Ferro Grant Hollis Iversen Jansen Koch".split(" ");
/** Reserved by RFC 2606: no mail goes there. */
const DOMAINS = ["customer.example", "mail.example", "example.com", "example.org"];

/** As people and apps write one and the same number; area code, exchange, line. */
const AMERICAN = [
  "+1 ({}) {}-{}",
  "{}-{}-{}",
  "({}) {}-{}",
  "+1{}{}{}",
  "{}{}{}",
  "{}.{}.{}",
  "1-{}-{}-{}",
  " +1 {} {} {} ",
];
const BRITISH = [
  "+44 {} {} {}",
  "0044 {} {} {}",
  "0{} {} {}",
  "+44{}{}{}",
  "(0{}) {} {}",
  "+44 (0){} {} {}",
  "0{}{}{}",
];

/** One of so many people is British. */
const BRITISH_EVERY = 37;
const LINES = {
  ordering: ORDERING_CODES.length * LINES_PER_CODE,
  signups: SIGNUP_CODES.length * LINES_PER_CODE,
};
/** A prime that divides neither number of lines: multiplying by it permutes them, so that neighbours live apart. */
const STRIDE = 7919;

/**
 * Who ordered at place 6 comes back after more orders than there are lines: they take turns with the lines of
 * places 7 and 8, at which nobody orders first (see `orders.ts`), so that hardly two people share a number.
 */
const LINE_SQL = `CASE WHEN signed_up THEN person * ${STRIDE} % ${LINES.signups}
  ELSE (person + CASE WHEN person % 10 = 6 THEN person // ${LINES.ordering} % 3 ELSE 0 END) * ${STRIDE} % ${LINES.ordering} END`;

/**
 * DuckDB SQL of CTEs; the last, `as`, has the rows of `from` with email, phone and country_code as their loader brings
 * them. Who someone is follows from `person` and `signed_up` alone, how it is spelt from the row.
 */
export function contactsSql(as: string, options: { from: string; row: string; at: Encounter }): string {
  const { from, row, at } = options;
  return `${from}_people AS (
      SELECT *, ${LINE_SQL} AS line, person % ${BRITISH_EVERY} = 5 AS british,
        (md5_number_lower(concat('${at} ', ${row})) % 1000)::INTEGER AS chance,
        (md5_number_lower(concat(person, signed_up)) % 1000)::INTEGER AS name
      FROM ${from}),
    ${from}_mailboxes AS (
      SELECT *, ${nameSql(DOMAINS, pick("person", DOMAINS))} AS domain,
        concat(${nameSql(FIRST_NAMES, pick("name", FIRST_NAMES))}, CASE WHEN signed_up THEN '' ELSE '.' END,
          ${nameSql(LAST_NAMES, pick("name", LAST_NAMES))}, person) AS mailbox
      FROM ${from}_people),
    ${from}_lines AS (
      SELECT *,
        CASE WHEN british THEN ${nameSql(BRITISH_CODES, pick(`person // ${BRITISH_EVERY}`, BRITISH_CODES))}
          WHEN signed_up THEN ${nameSql(SIGNUP_CODES, pick("line", SIGNUP_CODES))}
          ELSE ${nameSql(ORDERING_CODES, pick("line", ORDERING_CODES))} END AS code,
        CASE WHEN british THEN '496' ELSE '555' END AS exchange,
        CASE WHEN british THEN lpad((person // ${BRITISH_EVERY * BRITISH_CODES.length} % 1000)::VARCHAR, 4, '0')
          WHEN signed_up THEN ${americanLine(SIGNUP_CODES)}
          ELSE ${americanLine(ORDERING_CODES)} END AS subscriber
      FROM ${from}_mailboxes),
    ${as} AS (
      SELECT * EXCLUDE (chance, name, line, british, mailbox, domain, code, exchange, subscriber),
        ${plantedSql(at, "email")} ${SPELT_EMAIL_SQL} END AS email,
        ${plantedSql(at, "phone")} ${SPELT_PHONE_SQL} END AS phone,
        ${plantedSql(at, "country")} CASE WHEN british THEN 'GB' WHEN chance % 29 = 0 THEN NULL
          WHEN ${isCanadianSql("code")} THEN 'CA' ELSE 'US' END END AS country_code
      FROM ${from}_lines)`;
}

/** Where the shop met them. */
export type Encounter = "order" | "customer";

const pick = (number: string, list: readonly string[]) => `(${number}) % ${list.length}`;

const americanLine = (codes: readonly string[]) =>
  `concat('01', lpad((line // ${codes.length} % ${LINES_PER_CODE})::VARCHAR, 2, '0'))`;

const SPELT_EMAIL_SQL = `CASE chance % 16
    WHEN 0 THEN concat(mailbox, '@', domain) WHEN 1 THEN concat(mailbox, '@', domain)
    WHEN 2 THEN upper(concat(mailbox, '@', domain)) WHEN 3 THEN concat(' ', lower(mailbox), '@', domain)
    WHEN 4 THEN concat(mailbox, '@', domain, ' ') ELSE concat(lower(mailbox), '@', domain) END`;
const SPELT_PHONE_SQL = `CASE WHEN british THEN format(${nameSql(BRITISH, pick("chance // 16", BRITISH))}, code, exchange, subscriber)
    ELSE format(${nameSql(AMERICAN, pick("chance // 16", AMERICAN))}, code, exchange, subscriber) END`;

/** The beginning of a CASE that only `ELSE … END` is missing from. */
function plantedSql(at: Encounter, what: "email" | "phone" | "country"): string {
  const texts = PLANTED.flatMap(({ person, country, asOrdered, asCustomer }) => {
    const contact = at === "order" ? asOrdered : asCustomer;
    if (contact === null) return [];
    return [`WHEN ${person} THEN '${what === "country" ? country : contact[what]}'`];
  });
  return `CASE person ${texts.join(" ")} ELSE`;
}
