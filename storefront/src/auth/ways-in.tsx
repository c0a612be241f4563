import { auth } from "./auth";

/** The two ways to become known. */
export function WaysIn() {
  return (
    <p className="flex flex-wrap justify-center gap-3">
      <button type="button" className="btn btn-main" onClick={() => auth.signIn()}>
        Sign in
      </button>
      <button type="button" className="btn btn-quiet" onClick={() => auth.signUp()}>
        Sign up
      </button>
    </p>
  );
}
