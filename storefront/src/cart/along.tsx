import { Notice } from "../ui/parts";
import { useAlong } from "./claim";

/** What became of the guest's cart when its owner signed in, until they have read it. */
export function CameAlong() {
  const [along, forget] = useAlong();
  if (!along) return null;
  return (
    <div className="mb-5">
      <Notice tone="good" title="Your cart came along">
        {along.joined.length > 0 && <p>Added to the cart of your account: {listed(along.joined)}.</p>}
        {along.saved.length > 0 && <p>Saved for later: {listed(along.saved)}.</p>}
        <button type="button" className="mt-1 min-h-9 font-semibold underline underline-offset-4" onClick={forget}>
          All right
        </button>
      </Notice>
    </div>
  );
}

const LIST = new Intl.ListFormat("en", { style: "long", type: "conjunction" });
const listed = (names: string[]) =>
  LIST.format(names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names);
