/** Closes the parts in reverse order; a part that fails to close does not stop the others. */
export interface Closing {
  add<T extends { close(): Promise<unknown> }>(opened: T): T;
  close(): Promise<void>;
}

export function createClosing(): Closing {
  const opened: { close(): Promise<unknown> }[] = [];
  return {
    add(one) {
      opened.push(one);
      return one;
    },
    async close() {
      const failures: unknown[] = [];
      for (let one = opened.pop(); one !== undefined; one = opened.pop()) {
        await one.close().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw new AggregateError(failures, "Not everything could be closed.");
    },
  };
}
