import { QueryClient } from "@tanstack/react-query";
import createClient from "openapi-fetch";
import { auth } from "../auth/auth";
import { Problem } from "./problem";
import type { paths } from "./schema";

/** The API, typed by its own description (`npm run api`). */
export const api = createClient<paths>({ baseUrl: "/api" });

api.use({
  async onRequest({ request, schemaPath }) {
    // The catalogue is the same for everybody: it waits for no sign-in, and answers can be shared.
    if (request.method === "GET" && /^\/(products|categories|collections|auth\/config)/.test(schemaPath)) return;
    const token = await auth.token();
    if (token) request.headers.set("authorization", `Bearer ${token}`);
  },
});

type Result<D> = { data?: D; error?: unknown; response: Response };

/** The answer of a call, or a Problem. */
export async function ask<R extends Result<unknown>>(call: Promise<R>): Promise<NonNullable<R["data"]>> {
  const result = await heard(call);
  if (result.data === undefined) throw new Problem({}, result.response.status);
  return result.data as NonNullable<R["data"]>;
}

/** A call that is answered without a body: it is done, or a Problem. */
export async function done(call: Promise<Result<unknown>>): Promise<void> {
  await heard(call);
}

async function heard<R extends Result<unknown>>(call: Promise<R>): Promise<R> {
  let result: R;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw Problem.offline();
  }
  if (!result.response.ok) {
    const body = typeof result.error === "object" && result.error ? result.error : {};
    throw new Problem(body as Record<string, unknown>, result.response.status);
  }
  return result;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500),
      retryDelay: (count) => 600 * 2 ** count,
    },
  },
});
