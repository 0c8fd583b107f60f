interface List {
  readonly listId: string
  readonly lines: readonly { readonly price: number }[]
}

export const figuresOf = ({ listId, lines }: List) => ({
  listId,
  lines: lines.length,
  total: lines.reduce((sum, { price }) => sum + price, 0),
})
