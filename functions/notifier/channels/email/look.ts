import type { Tone } from "../words.ts";

export const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
export const mono = "font-family:Menlo,Consolas,'Liberation Mono',monospace;";

export const colours: Readonly<Record<Tone, { readonly bar: string; readonly text: string }>> = {
  critical: { bar: "#c5221f", text: "#b3261e" },
  warning: { bar: "#e8930c", text: "#8a5a00" },
  recovered: { bar: "#1e8e4e", text: "#1b6e3c" },
  info: { bar: "#2b6cb0", text: "#245a94" },
};
