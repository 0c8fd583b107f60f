/**
 * The company that moves the money. It is outside: it can be slow, fail, or take the money and lose its answer. Every request
 * carries a key; asked again under the same key, the provider must give its first answer and move nothing.
 */
export interface PaymentProvider {
  /**
   * `pending`: the webhook hears the answer.
   * @throws ProviderUnavailable when it is unknown whether the money moved: ask again under the same key.
   */
  charge(request: MoneyRequest): Promise<ChargeAnswer | { readonly status: 'pending' }>
  /** @throws ProviderUnavailable as above. */
  refund(request: MoneyRequest): Promise<RefundAnswer>
}

export interface MoneyRequest {
  readonly key: string
  /** What the money is for, in the shop's words: an order's or a return's id. */
  readonly reference: string
  /** Pence. */
  readonly amount: number
  readonly customerId?: string | undefined
}

export type ChargeAnswer =
  | { readonly status: 'taken'; readonly chargeId: string }
  | { readonly status: 'declined'; readonly reason: string }

export interface RefundAnswer {
  readonly refundId: string
}

/** No answer, or an answer that says nothing about the money. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}
