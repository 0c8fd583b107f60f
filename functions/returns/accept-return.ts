import { sizeProblems } from '../../contracts/lines.ts'
import { RequestReturn, ReturnRequest } from '../../contracts/returns.ts'
import { endpoint, Refused } from '../../messaging/index.ts'

export const handler = endpoint(
  import.meta,
  {
    id: 'returns.accept-return',
    route: 'POST /returns',
    body: ReturnRequest,
    idempotent: true,
    sends: [RequestReturn],
  },
  async (request, unit) => {
    const tooLarge = sizeProblems(request.body.lines)
    if (tooLarge.length > 0) throw new Refused(400, ...tooLarge)
    const returnId = request.id
    await unit.send(RequestReturn, { ...request.body, returnId })
    return { status: 202, body: { returnId } }
  },
)
