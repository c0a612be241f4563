import { LOCALE } from "./locale";

const UNITS = ["byte", "kilobyte", "megabyte"] as const;

/** A size for people: 1,536 bytes are "1.5 kB". */
export function formatBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2);
  const format = new Intl.NumberFormat(LOCALE, {
    style: "unit",
    unit: UNITS[step]!,
    unitDisplay: "short",
    maximumFractionDigits: step ? 1 : 0,
  });
  return format.format(bytes / 1000 ** step);
}
