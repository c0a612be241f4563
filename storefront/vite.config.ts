import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { target: "es2023", manifest: true, sourcemap: false },
  // `npm run dev` beside a running shop: pages from here, everything else from there.
  server: {
    host: "localhost",
    proxy: Object.fromEntries(["/api", "/media"].map((path) => [path, "http://localhost:8080"])),
  },
});
