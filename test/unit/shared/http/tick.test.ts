import { expect, test } from "vitest";
import { asOf, tickOf } from "../../../../functions/shared/http/tick.ts";

const wall = () => new Date("2026-11-21T03:00:00Z");
const now = new Date("2026-02-08T12:00:00Z");

test("a tick's now is the scheduled time, however late it is delivered", () => {
  const tick = tickOf({ "x-cloudscheduler-scheduletime": "2026-02-08T12:00:00Z" }, wall);
  expect(tick).toEqual({ now, scheduled: true });
});

test("a call by hand has the wall clock's", () => {
  expect(tickOf({}, wall)).toEqual({ now: wall(), scheduled: false });
});

test("a header that is no instant is refused, not taken for now", () => {
  expect(() => tickOf({ "x-cloudscheduler-scheduletime": "yesterday" }, wall)).toThrow(
    "2026-02-08T12:00:00Z",
  );
});

test("a tick of the future is refused: it would silence all before it", () => {
  expect(() => tickOf({ "x-cloudscheduler-scheduletime": "2099-01-01T00:00:00Z" }, wall)).toThrow(
    "is in the future: it is 2026-11-21T03:00:00.000Z now",
  );
  expect(tickOf({ "x-cloudscheduler-scheduletime": "2026-11-21T04:00:00Z" }, wall).scheduled).toBe(true);
});

test("as_of is an instant, or a day, which means its end", () => {
  expect(asOf("2026-02-05T08:00:00Z", now)).toEqual(new Date("2026-02-05T08:00:00Z"));
  expect(asOf("2026-02-05T08:00+01:00", now)).toEqual(new Date("2026-02-05T07:00:00Z"));
  expect(asOf("2026-02-05", now)).toEqual(new Date("2026-02-06T00:00:00Z"));
  expect(asOf("2026-02-08", now)).toEqual(now);
});

test.each(["2026-02-09", "2026-02-08T12:00:01Z"])("as_of %s is in the future and refused", (text) => {
  expect(() => asOf(text, now)).toThrow("in the future");
});

test.each(["", "5 Feb", "2026-02-30", "2026-13-01", "1700000000", "2026-02-05T08:00:00"])(
  "as_of %j is refused",
  (text) => {
    expect(() => asOf(text, now)).toThrow("no instant");
  },
);
