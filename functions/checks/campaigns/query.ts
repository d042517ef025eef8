import type { Platform, Source } from "../../shared/config/types.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { EvidenceQuery } from "../result.ts";
import { joinInputs, sideInputs } from "../table-stats/evidence-sides.ts";
import type { StatsRequest, Window } from "../table-stats/types.ts";

/**
 * A query for orders and revenue of the campaigns that the spend table does not name. Null if campaigns are
 * not compared.
 */
export function queryOf({ campaigns, revenue, spend }: Platform, window: Window): EvidenceQuery | null {
  if (campaigns === null) return null;
  const { column, currency, currencyColumn } = revenue;
  const amount = { column, jsonPath: null, currency, currencyColumn };
  return {
    statement: "campaigns/evidence",
    inputs: joinInputs(
      [
        sideInputs("orders", requestOf(revenue.source, amount)),
        sideInputs("spend", requestOf(spend, spend.money)),
      ],
      {
        names: {
          attributed_by: Fragment.column(revenue.attributedBy),
          orders_campaign: Fragment.column(campaigns.revenue),
          spend_campaign: Fragment.amount(campaigns.spend),
        },
        params: {
          is: revenue.is.map((value) => value.trim().toLowerCase()),
          first_day: window.firstDay,
          last_day: window.lastDay,
        },
        types: { is: ["STRING"], first_day: "DATE", last_day: "DATE" },
      },
    ),
  };
}

function requestOf(source: Source, amount: StatsRequest["amount"]): StatsRequest {
  return {
    id: source.id,
    table: source.table,
    timeZone: source.timeZone,
    arrival: source.arrival,
    businessDate: source.businessDate,
    key: source.uniqueKey,
    tieBreak: [],
    amount,
    required: [],
    finalAfterMs: null,
    labels: null,
    wholeDays: false,
    from: null,
  };
}
