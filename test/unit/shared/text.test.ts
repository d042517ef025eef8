import { expect, test } from "vitest";
import { alternatives, nearest, suggestion } from "../../../functions/shared/text.ts";

const known = ["facebook", "tiktok"];

test("a slip is near the name that was meant, another word is not", () => {
  expect(nearest("facebok", known)).toBe("facebook");
  expect(nearest("shopify", known)).toBeNull();
  expect(nearest("facebok", [])).toBeNull();
});

test("a message goes on with the name that was meant, or not at all", () => {
  expect(`there is no source facebok${suggestion("facebok", known)}`).toBe(
    "there is no source facebok; did you mean facebook?",
  );
  expect(suggestion("shopify", known)).toBe("");
});

test("where no name is near, all of them are named", () => {
  expect(alternatives("tiktk", known)).toBe("did you mean tiktok?");
  expect(alternatives("shopify", known)).toBe("there are facebook, tiktok");
  expect(alternatives("shopify", [])).toBe("it has none");
});
