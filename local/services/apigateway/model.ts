import type { Cors } from './cors.ts'

/** One HTTP API with its routes, integrations and stages. */
export interface Api {
  readonly id: string
  readonly name: string
  readonly cors: Cors | undefined
  readonly routes: Map<string, Route>
  readonly integrations: Map<string, Integration>
  readonly stages: Map<string, Stage>
}

export interface Route {
  readonly id: string
  readonly key: string
  readonly method: string
  /** Without a leading slash; `undefined` for `$default`. */
  readonly segments: readonly string[] | undefined
  readonly integrationId: string
  readonly requiresIam: boolean
}

export interface Integration {
  readonly id: string
  readonly functionArn: string
  /** Milliseconds. */
  readonly timeout: number
}

export interface Stage {
  readonly name: string
  readonly variables: Readonly<Record<string, string>>
  readonly accessLog: { readonly group: string; readonly format: string } | undefined
}

/** The route that fits a request, with the values of its path's variables. */
export interface Matched {
  readonly route: Route
  readonly parameters: Readonly<Record<string, string>>
}

/** Reads `METHOD /path/{variable}/{rest+}` or `$default`; `undefined` where it is neither. */
export function readRouteKey(key: string): Pick<Route, 'method' | 'segments'> | undefined {
  if (key === '$default') return { method: 'ANY', segments: undefined }
  const match = /^(ANY|GET|HEAD|OPTIONS|PATCH|POST|PUT|DELETE) \/(.*)$/.exec(key)
  if (!match) return undefined
  return { method: match[1] as string, segments: segmentsOf(match[2] as string) }
}

const segmentsOf = (path: string): string[] => (path === '' ? [] : path.split('/'))

/**
 * The most specific route: an exact segment before a variable, a variable before the greedy rest, the method itself before
 * ANY, and `$default` last. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute(api: Api, method: string, path: string): Matched | undefined {
  const segments = segmentsOf(path.replace(/^\//, ''))
  let best: (Matched & { readonly rank: string }) | undefined
  for (const route of api.routes.values()) {
    if (route.method !== 'ANY' && route.method !== method) continue
    const fit = fits(route, segments)
    if (fit && (!best || fit.rank < best.rank)) best = { route, ...fit }
  }
  return best
}

/** A rank is one letter a segment, the smaller the more specific, and then the method's. */
function fits(
  route: Route,
  segments: readonly string[],
): { rank: string; parameters: Record<string, string> } | undefined {
  if (!route.segments) return { rank: 'z', parameters: {} }
  const parameters: Record<string, string> = {}
  let rank = ''
  for (const [index, wanted] of route.segments.entries()) {
    const name = /^\{(.+?)\+?\}$/.exec(wanted)?.[1]
    if (name !== undefined && wanted.endsWith('+}')) {
      const rest = segments.slice(index).map(decoded).join('/')
      if (rest === '') return undefined
      parameters[name] = rest
      return { rank: `${rank}c${route.method === 'ANY' ? 'b' : 'a'}`, parameters }
    }
    const segment = segments[index]
    if (segment === undefined || (name === undefined ? segment !== wanted : segment === '')) return undefined
    if (name !== undefined) parameters[name] = decoded(segment)
    rank += name === undefined ? 'a' : 'b'
  }
  if (segments.length > route.segments.length) return undefined
  return { rank: rank + (route.method === 'ANY' ? 'b' : 'a'), parameters }
}

/** A segment that is not well encoded is taken as it is. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
