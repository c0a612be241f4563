import { type ComponentType, lazy, type LazyExoticComponent } from "react";

interface Section {
  /** Below /account; the first one is there itself. */
  path: string;
  title: string;
  page: LazyExoticComponent<ComponentType>;
}

/** The parts of the account, in the order of its menu. Whoever has one more to show adds a line. */
export const SECTIONS: readonly Section[] = [
  { path: "", title: "Profile", page: lazy(() => import("./profile")) },
  { path: "addresses", title: "Addresses", page: lazy(() => import("./addresses")) },
  { path: "wishlist", title: "Wishlist", page: lazy(() => import("./wishlist")) },
  { path: "cards", title: "Cards", page: lazy(() => import("./cards")) },
  { path: "devices", title: "Devices", page: lazy(() => import("./devices")) },
  { path: "privacy", title: "Privacy", page: lazy(() => import("./privacy")) },
];
