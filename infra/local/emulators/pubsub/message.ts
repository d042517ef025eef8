export interface PubSubMessage {
  readonly messageId: string;
  readonly publishTime: Date;
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  /** Empty when the publisher set none. */
  readonly orderingKey: string;
}

/** One attempt to hand a message to a subscriber, until it is acknowledged, refused or out of time. */
export interface Delivery {
  readonly ackId: string;
  readonly message: PubSubMessage;
  /** 1 the first time. */
  readonly attempt: number;
}
