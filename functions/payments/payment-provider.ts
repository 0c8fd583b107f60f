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
  /**
   * Pays back what was charged under the key, once; where nothing was, nothing ever will be.
   * @throws ProviderUnavailable as above.
   */
  cancel(key: string): Promise<CancelAnswer>
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

export type CancelAnswer = { readonly status: 'refunded'; readonly refundId: string } | { readonly status: 'void' }

/** No answer, or an answer that says nothing about the money. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}
