// Sign-in by Clerk's own components; loaded only where the shop has a real publishable key.
import { ClerkProvider, useAuth, useClerk, useUser } from "@clerk/react";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import type { AuthConfig } from "../api/schema";
import { auth, setProvider, setState } from "./auth";

/** Tells the shop what Clerk knows. Clerk draws its own dialogs, so this draws nothing. */
function Bridge() {
  const clerk = useClerk();
  const { isLoaded, isSignedIn, getToken } = useAuth();
  const { user } = useUser();
  useEffect(() => {
    setProvider({
      token: () => getToken(),
      signIn: () => clerk.openSignIn({}),
      signUp: () => clerk.openSignUp({}),
      signOut: () => clerk.signOut(),
    });
    if (!isLoaded) return;
    if (isSignedIn && user) {
      const email = user.primaryEmailAddress?.emailAddress ?? "";
      setState({ status: "person", person: { id: user.id, name: user.fullName ?? "", email } });
    } else if (!isSignedIn) {
      setState({ status: "guest" });
    }
  }, [clerk, getToken, isLoaded, isSignedIn, user]);
  return null;
}

export async function startClerk(config: AuthConfig): Promise<void> {
  const place = document.body.appendChild(document.createElement("div"));
  createRoot(place).render(
    <ClerkProvider publishableKey={config.publishable_key}>
      <Bridge />
    </ClerkProvider>,
  );
  // A blocked or broken script must not keep guests from buying.
  setTimeout(() => auth.state.status === "loading" && setState({ status: "failed" }), 8000);
}
