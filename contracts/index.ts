import type { AnyContract } from '../messaging/index.ts'
import {
  ChunkReleased,
  ChunkReserved,
  ChunkShort,
  GoodsReceived,
  ReceiveGoods,
  ReleaseStock,
  ReservationBegun,
  ReservationCancelled,
  ReserveStock,
  StockRejected,
  StockReserved,
} from './inventory.ts'
import { PointsEarned, PointsTakenBack } from './loyalty.ts'
import { OrderCancelled, OrderConfirmed, OrderPlaced, PlaceOrder } from './orders.ts'
import { NoteAnswer, PaymentCancelled, PaymentDeclined, PaymentRefunded, PaymentTaken } from './payments.ts'
import { RefundNoted, RequestReturn, RestockNoted, ReturnCompleted, ReturnRequested } from './returns.ts'
import { ShippingNoticeSent } from './shipping.ts'

/** Every event and command of the shop, for tools that find a contract by its name. */
export const contracts: readonly AnyContract[] = [
  PlaceOrder,
  OrderPlaced,
  OrderConfirmed,
  OrderCancelled,
  ReceiveGoods,
  GoodsReceived,
  ReserveStock,
  ReleaseStock,
  StockReserved,
  StockRejected,
  ReservationBegun,
  ReservationCancelled,
  ChunkReserved,
  ChunkShort,
  ChunkReleased,
  NoteAnswer,
  PaymentTaken,
  PaymentDeclined,
  PaymentCancelled,
  PaymentRefunded,
  ShippingNoticeSent,
  PointsEarned,
  PointsTakenBack,
  RequestReturn,
  ReturnRequested,
  RefundNoted,
  RestockNoted,
  ReturnCompleted,
]
