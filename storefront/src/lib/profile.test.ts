import { expect, test } from "vitest";
import type { ProfileView } from "../api/schema";
import { changed, currencyChoices, localeChoices, preferencesOf, rebased, zoneChoices } from "./profile";

const profile = { name: "Ada", locale: "en", currency: "USD", time_zone: "" } as ProfileView;

test("only what is new is told, and what was emptied goes back to the shop's", () => {
  const form = preferencesOf(profile);
  expect(changed(profile, form)).toBeNull();
  expect(changed(profile, { ...form, name: " Ada " })).toBeNull();
  expect(changed(profile, { ...form, name: " ", locale: "de" })).toEqual({ name: null, locale: "de" });
});

test("what was changed elsewhere is taken over where nothing was typed", () => {
  const now = { ...profile, name: "Ada L.", time_zone: "Asia/Tokyo" };
  const form = { ...preferencesOf(profile), name: "Countess" };
  expect(rebased(profile, now, form)).toEqual({ ...preferencesOf(now), name: "Countess" });
  expect(rebased(profile, now, preferencesOf(profile))).toEqual(preferencesOf(now));
});

test("what was chosen can be chosen still", () => {
  expect(localeChoices("ga").find(({ code }) => code === "ga")?.name).toBe("Gaeilge");
  expect(localeChoices("xx-broken-tag-1").some(({ code }) => code === "xx-broken-tag-1")).toBe(true);
  expect(currencyChoices(["USD"], "EUR").map(({ code }) => code)).toEqual(["USD", "EUR"]);
  expect(zoneChoices("Mars/Olympus").at(-1)?.name).toBe("Mars / Olympus");
});
