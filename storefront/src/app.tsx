import { QueryClientProvider } from "@tanstack/react-query";
import { Component, lazy, type ReactNode } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { queries } from "./api/client";
import Home from "./pages/home";
import NotFound from "./pages/not-found";
import { Frame } from "./ui/frame";
import { Alcove } from "./ui/marks";

const Browse = lazy(() => import("./pages/browse"));
const Product = lazy(() => import("./pages/product"));
const Cart = lazy(() => import("./pages/cart"));
const Checkout = lazy(() => import("./pages/checkout"));
const Order = lazy(() => import("./pages/order"));
const Account = lazy(() => import("./account/account"));
const Orders = lazy(() => import("./pages/orders"));

/** The last resort: a fault of ours, or a part of the pages that did not load (a new version was put out). */
class Guard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="mx-auto max-w-md px-4 py-20 text-center">
        <Alcove />
        <h1 className="mt-6">That went wrong</h1>
        <p className="mt-3 text-soft">The page stumbled. Your cart and your orders are safe.</p>
        <a href={window.location.pathname} className="btn btn-main mt-6">
          Load it again
        </a>
      </main>
    );
  }
}

export function App() {
  return (
    <Guard>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Frame>
            <Routes>
              <Route index element={<Home />} />
              <Route path="products" element={<Browse />} />
              <Route path="search" element={<Browse />} />
              <Route path="categories/:slug" element={<Browse />} />
              <Route path="products/:slug" element={<Product />} />
              <Route path="cart" element={<Cart />} />
              <Route path="checkout" element={<Checkout />} />
              <Route path="orders" element={<Orders />} />
              <Route path="orders/:orderId" element={<Order />} />
              <Route path="account/*" element={<Account />} />
              <Route path="*" element={<NotFound />} />
            </Routes>
          </Frame>
        </BrowserRouter>
      </QueryClientProvider>
    </Guard>
  );
}
