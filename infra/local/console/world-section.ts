import type { ConnectorState } from "../stack-view.ts";
import { type Html, html } from "./html.ts";
import { instant, span } from "./words.ts";

/** The connectors by host, each with a button that breaks or repairs it. */
export function drawConnectors(connectors: readonly ConnectorState[]): Html {
  const hosts = [...new Set(connectors.map((one) => one.host))];
  return html`<section id="connectors"><h2>Connectors of this world</h2>
    <p class="quiet">At the next turn of the clock a repaired connector catches up, and a broken one stops.</p>
    <div class="hosts">${hosts.map(
      (host) => html`<div class="host"><h3>${host === null ? "On its own" : `On ${host}`}</h3>
        <ul class="plain">${connectors.filter((one) => one.host === host).map(drawConnector)}</ul></div>`,
    )}</div></section>`;
}

function drawConnector(one: ConnectorState): Html {
  const verb = one.broken ? "repair" : "break";
  return html`<li class="connector">
    <span class="dot ${one.broken ? "critical" : "ok"}" aria-hidden="true"></span>
    <span class="connector-name"><b>${one.name}</b> <span class="state">${one.broken ? "broken" : "working"}</span><br>
      <span class="quiet">every ${span(one.every_ms)}, last sync ${instant(one.last_sync)}</span></span>
    <button type="button" id="${verb}-${one.id}" class="${one.broken ? "repair" : "break"}" data-post="/local/world"
      data-body="${JSON.stringify({ [verb]: one.id })}" data-busy="${one.broken ? "Repairing…" : "Breaking…"}">${
        one.broken ? "Repair" : "Break"
      }<span class="hidden-words"> ${one.name}</span></button></li>`;
}
