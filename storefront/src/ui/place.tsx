import type { Address } from "../api/schema";
import { countryName } from "../lib/countries";

/** An address as one reads it. */
export function Place({ address: to }: { address: Address }) {
  const town = [to.postal_code, to.city].filter(Boolean).join(" ");
  const lines = [to.name, to.company, to.line1, to.line2, town, to.region, countryName(to.country)].filter(Boolean);
  return (
    <address className="break-words not-italic leading-relaxed">
      {lines.map((line, index) => (
        <span key={index} className="block">
          {line}
        </span>
      ))}
    </address>
  );
}
