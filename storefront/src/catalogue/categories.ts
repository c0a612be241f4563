import { useQuery } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import type { CategoryNode } from "../api/schema";

/** The tree of categories; it changes seldom. */
export function useCategories() {
  return useQuery({
    queryKey: ["categories"],
    queryFn: () => ask(api.GET("/categories")).then((tree) => tree.items),
    staleTime: 300_000,
  });
}

/** Those that nothing is below and something is in: what the market's stalls are called. */
export function stalls(nodes: CategoryNode[]): CategoryNode[] {
  return nodes
    .flatMap((node) => (node.children.length ? stalls(node.children) : [node]))
    .filter((node) => node.products)
    .sort((one, other) => one.title.localeCompare(other.title));
}

/** The way from the root to a category. */
export function pathTo(slug: string, nodes: CategoryNode[]): CategoryNode[] {
  for (const node of nodes) {
    if (node.slug === slug) return [node];
    const below = pathTo(slug, node.children);
    if (below.length) return [node, ...below];
  }
  return [];
}

/** Every category in the order of the tree, with how deep it lies. */
export function walked(nodes: CategoryNode[], depth = 0): { node: CategoryNode; depth: number }[] {
  return nodes.flatMap((node) => [{ node, depth }, ...walked(node.children, depth + 1)]);
}

/** The slugs of what a category lies in, and of what lies in it. */
export function kinOf(slug: string, nodes: CategoryNode[]): string[] {
  const path = pathTo(slug, nodes);
  const below = walked(path.at(-1)?.children ?? []).map(({ node }) => node.slug);
  return [...path.slice(0, -1).map((node) => node.slug), ...below];
}
