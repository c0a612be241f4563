import { describe, expect, test } from "vitest";
import type { CategoryNode } from "../api/schema";
import { kinOf, walked } from "./categories";
import { chosen, cleared, minorUnits, queryOf, replaced, toggled } from "./filters";

const at = (text: string) => new URLSearchParams(text);

describe("the address of a list", () => {
  test("asks the API for what it says, and for nothing else", () => {
    expect(queryOf(at("q=lamp&brand=a&brand=b&attr.color=blue&utm_source=mail&min_price="))).toEqual({
      q: "lamp",
      brand: ["a", "b"],
      "attr.color": ["blue"],
    });
  });

  test("of a category's page holds the category", () => {
    expect(queryOf(at("sort=price"), "lamps")).toEqual({ category: ["lamps"], sort: "price" });
    expect(queryOf(at("category=desks"), "lamps")).toEqual({ category: ["lamps", "desks"] });
  });

  test("takes a value in and out again", () => {
    const once = toggled(at("q=lamp"), "brand", "a");
    expect(once.toString()).toBe("q=lamp&brand=a");
    expect(toggled(once, "brand", "b").getAll("brand")).toEqual(["a", "b"]);
    expect(toggled(once, "brand", "a").toString()).toBe("q=lamp");
    expect(toggled(at("min_rating=4"), "min_rating", "3").toString()).toBe("min_rating=3");
  });

  test("holds the narrower category in the place of the wider one", () => {
    const leaf = (slug: string): CategoryNode => ({
      id: slug,
      slug,
      title: slug,
      description: "",
      products: 1,
      children: [],
    });
    const tree = [{ ...leaf("home"), children: [{ ...leaf("kitchen"), children: [leaf("pots")] }, leaf("lamps")] }];
    expect(walked(tree).map(({ node, depth }) => `${node.slug} ${depth}`)).toEqual([
      "home 0",
      "kitchen 1",
      "pots 2",
      "lamps 1",
    ]);
    expect(kinOf("kitchen", tree)).toEqual(["home", "pots"]);
    const narrower = toggled(at("category=home&category=toys"), "category", "kitchen", kinOf("kitchen", tree));
    expect(narrower.getAll("category")).toEqual(["toys", "kitchen"]);
    expect(toggled(narrower, "category", "lamps", kinOf("lamps", tree)).getAll("category")).toEqual([
      "toys",
      "kitchen",
      "lamps",
    ]);
    expect(toggled(narrower, "category", "kitchen", kinOf("kitchen", tree)).getAll("category")).toEqual(["toys"]);
  });

  test("gets rid of what is empty", () => {
    expect(replaced(at("min_price=5&sort=price"), { min_price: "", max_price: "9" }).toString()).toBe(
      "sort=price&max_price=9",
    );
  });

  test("is cleared of filters, not of what was looked for", () => {
    expect(cleared(at("q=lamp&brand=a&sort=price&in_stock=true")).toString()).toBe("q=lamp&sort=price");
    expect(chosen(at("q=lamp&brand=a&attr.size=m&sort=price"))).toEqual([
      { name: "brand", value: "a" },
      { name: "attr.size", value: "m" },
    ]);
  });
});

test("amounts as people type them", () => {
  expect(minorUnits("12", 2)).toBe(1200);
  expect(minorUnits("12,5", 2)).toBe(1250);
  expect(minorUnits("12", 0)).toBe(12);
  expect(minorUnits("1.234", 3)).toBe(1234);
  for (const wrong of ["", "abc", "-1", "1.234", "1e3"]) expect(minorUnits(wrong, 2)).toBeNull();
});
