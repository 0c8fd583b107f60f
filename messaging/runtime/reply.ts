/** What a responder answers, as it travels. */
export type Reply =
  | { readonly kind: 'reply'; readonly data: unknown }
  | { readonly kind: 'refused'; readonly status: number; readonly reasons: readonly string[] }

/** Attribute of a reply's item. */
export const REPLY = 'reply'
