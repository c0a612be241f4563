import { Link } from "react-router";
import { useBook } from "../account/book";
import type { AddressView } from "../api/schema";
import { entryLine, entryOf } from "../lib/book";
import type { AddressForm } from "../lib/delivery";
import { Select } from "../ui/select";

/** The address book of whoever is signed in, above the fields that it fills. */
export function Saved({ typed, onChoose }: { typed: AddressForm; onChoose: (entry: AddressView | null) => void }) {
  const { data: book } = useBook();
  if (!book?.length) return null;
  return (
    <div>
      <Select
        label="Address"
        required={false}
        empty="Another address"
        choices={book.map((entry) => ({ code: entry.id, name: entryLine(entry) }))}
        value={entryOf(book, typed)?.id ?? ""}
        onChange={(event) => onChoose(book.find(({ id }) => id === event.target.value) ?? null)}
      />
      <p className="mt-1 text-sm text-soft">
        From{" "}
        <Link to="/account/addresses" className="link">
          your address book
        </Link>
        .
      </p>
    </div>
  );
}
