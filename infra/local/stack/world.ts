import type { Engine } from "../emulators/bigquery/engine.ts";
import type { ConnectorState } from "../stack-view.ts";

/** A warehouse with its connectors, which the stack serves and advances with the clock. */
export interface World {
  readonly engine: Engine;
  readonly project: string;
  readonly location: string;
  /** JSON of the test persons in it, as in the secret of `pii.canaries`. */
  readonly plantedPersons: string;
  advanceTo(at: Date): Promise<void>;
  connectors(): readonly ConnectorState[];
  repair(id: string): Promise<void>;
  break(id: string): Promise<void>;
  close(): Promise<void>;
}
