/**
 * Takes the place of node:http in the functions' bundles. Importing node:http makes Node.js read every member of it; one is WebSocket, for
 * which Node.js loads its whole fetch client. Here are all but WebSocket and its events, which are globals too.
 */
const http = process.getBuiltinModule('node:http')

export default http
export const {
  Agent,
  ClientRequest,
  createServer,
  get,
  globalAgent,
  IncomingMessage,
  maxHeaderSize,
  METHODS,
  OutgoingMessage,
  request,
  Server,
  ServerResponse,
  STATUS_CODES,
  setGlobalProxyFromEnv,
  setMaxIdleHTTPParsers,
  validateHeaderName,
  validateHeaderValue,
} = http
