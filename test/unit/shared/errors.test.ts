import { describe, expect, test } from "vitest";
import {
  BadRequestError,
  ConfigurationError,
  isRetryable,
  messageOf,
  PermanentError,
  redact,
  TemporaryError,
} from "../../../functions/shared/errors.ts";

const canary = "C4nary-c4nary";

describe("redact", () => {
  test.each([
    ["a Slack webhook", `POST https://hooks.slack.com/services/T000/B000/${canary} failed`],
    ["a webhook path without its host", `POST /services/T000/B000/${canary} 404`],
    [
      "a webhook inside JSON that escapes slashes",
      `{"url":"https:\\/\\/hooks.slack.com\\/services\\/T0\\/B0\\/${canary}"}`,
    ],
    ["a Teams webhook", `https://x.webhook.office.com/webhookb2/${canary}/IncomingWebhook/a/b`],
    ["an SMTP URL", `smtps://mailer:${canary}@smtp.example.com:465 refused`],
    ["a password that holds @ and /", `smtps://mailer:a@b/${canary}@smtp.example.com:465`],
    ["a user name alone", `smtp://${canary}@smtp.example.com`],
    ["a token in a query", `GET https://api.example.com/v1?access_token=${canary}&x=1`],
    ["a signature in a query", `https://storage.googleapis.com/o?X-Goog-Signature=${canary}`],
    ["a bearer token", `authorization: Bearer ${canary}.abc`],
    ["a Slack token", `xoxb-${canary}`],
    ["a private key", `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`],
    ["a private key cut off", `-----BEGIN RSA PRIVATE KEY-----\n${canary}`],
    ["a person's address", `550 no such user <${canary}@hulken.example>`],
    ["an address in another script", `é${canary}@bücher.example`],
  ])("takes out %s", (_name, text) => {
    expect(redact(text)).not.toContain(canary);
  });

  test.each([
    "Table hulken:ads_data.facebook_ads_insights was not found in location US",
    "https://cloud.google.com/bigquery/docs/reference/rest",
    "http://127.0.0.1:8080/sync-watchdog?source=facebook_ads_insights",
    "grant roles/bigquery.jobUser to plumbline@hulken.iam.gserviceaccount.com",
    "SELECT MAX(_airbyte_extracted_at) FROM `hulken.ads_data.facebook_ads_insights` WHERE a = @now",
  ])("leaves readable what is not secret: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("leaves the host, so that the reader knows whom to ask", () => {
    expect(redact(`smtps://u:${canary}@smtp.example.com:465`)).toBe(
      "smtps://[redacted]@smtp.example.com:465",
    );
  });
});

describe("errors", () => {
  test("whether to try again is part of the type", () => {
    const kinds = [BadRequestError, ConfigurationError, TemporaryError, PermanentError].map((type) => {
      const error = new type("x");
      return [error.kind, error.retry, isRetryable(error), error.name];
    });
    expect(kinds).toEqual([
      ["bad_request", false, false, "BadRequestError"],
      ["configuration", false, false, "ConfigurationError"],
      ["temporary", true, true, "TemporaryError"],
      ["permanent", false, false, "PermanentError"],
    ]);
    expect(isRetryable(new Error("unknown"))).toBe(false);
  });

  test("a message holds no secret whoever wrote it", () => {
    expect(new TemporaryError(`https://hooks.slack.com/services/T/B/${canary}`).message).not.toContain(
      canary,
    );
    expect(messageOf(new Error(`smtp://u:${canary}@h`))).not.toContain(canary);
    expect(messageOf(`smtp://u:${canary}@h`)).not.toContain(canary);
  });
});
