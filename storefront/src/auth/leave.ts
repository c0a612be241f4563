import { forgetMine } from "../account/me";
import { queries } from "../api/client";
import { forgetDelivery } from "../lib/kept";
import { auth } from "./auth";

/** Signs out, and forgets in this tab what was shown to whoever was here. */
export async function leave(): Promise<void> {
  forgetDelivery();
  await auth.signOut();
  queries.removeQueries({ queryKey: ["orders"] });
  queries.removeQueries({ queryKey: ["along"] });
  forgetMine();
}
