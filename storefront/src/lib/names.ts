/** What a line is called, with its variant. */
export const lineName = (line: { title: string; variant_title: string }): string =>
  line.variant_title ? `${line.title}, ${line.variant_title}` : line.title;
