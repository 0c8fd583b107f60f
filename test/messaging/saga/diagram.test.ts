import { expect, it } from 'vitest'
import { sagaDiagram } from '../../../messaging/index.ts'
import { tripSaga } from './example.ts'

it('draws a saga as a Mermaid flowchart, with its ways back', () => {
  expect(sagaDiagram(tripSaga)).toMatchInlineSnapshot(`
    "flowchart TD
      start((start))
      book["book<br/>trips.BookFlight"]
      start --> book
      pay[/"pay<br/>trips.TakePayment<br/>answer within 30 m"/]
      book --> pay
      ticket{{"ticket<br/>trips.IssueTicket"}}
      pay --> ticket
      tell["tell<br/>trips.TellCustomer"]
      ticket --> tell
      tell --> done
      done((done))
      undo_pay["undo pay"]
      undo_pay -.-> undo_book
      undo_pay -. exhausted .-> attention
      undo_book["undo book"]
      undo_book -.-> undone
      undo_book -. exhausted .-> attention
      book -. failed or unknown .-> undo_book
      pay -. failed or unknown .-> undo_pay
      ticket -. did not happen .-> undo_pay
      tell -. exhausted .-> attention
      attention[/needs attention/]
      undone((undone))
    "
  `)
})
