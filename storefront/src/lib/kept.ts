// What this tab keeps of a delivery form. Apart from the rules of addresses, which only the checkout has a use for.
import type { Delivery } from "../api/schema";
import type { Form } from "./delivery";
import { forget, read, write } from "./storage";

const LAST = "souk.delivery";
const DRAFT = "souk.draft";

/** For the next purchase in this tab. */
export const keepDelivery = (delivery: Delivery): void => write("session", LAST, delivery);
export const lastDelivery = (): Delivery | null => read<Delivery>("session", LAST);

/** What was typed and is not sent yet: it outlives a look at the cart, a sign-in and a reload. */
export const keepDraft = (form: Form): void => write("session", DRAFT, form);
export const draft = (): Form | null => read<Form>("session", DRAFT);
export const forgetDraft = (): void => forget("session", DRAFT);

export function forgetDelivery(): void {
  forget("session", LAST);
  forgetDraft();
}
