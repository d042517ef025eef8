import type { Engine } from "../emulators/bigquery/engine.ts";
import type { ConnectorState } from "../stack-view.ts";

/** A warehouse and the life in it: what the stack serves and lets go on as the clock is turned. */
export interface World {
  readonly engine: Engine;
  readonly project: string;
  readonly location: string;
  /** JSON of the people planted in it, as the secret of `pii.canaries` holds them. */
  readonly plantedPeople: string;
  advanceTo(at: Date): Promise<void>;
  connectors(): readonly ConnectorState[];
  repair(id: string): Promise<void>;
  break(id: string): Promise<void>;
  close(): Promise<void>;
}
