import type { MappedHandler } from '../../lib/constructs/bundle/source-map.ts'

/** A frame in the one file of a function, in plain text or within the JSON of a log line; names in it are minified. */
const FRAME = /\bat (?:[^\n()]*?[ (])??\(?((?:file:\/\/)?[^\s()"\\]*\/)?index\.mjs:(?<line>\d+):(?<column>\d+)\)?/g

/** The text with each place of the bundle in its source's stead; what the bundler wrote itself stays as it is. */
export function named(text: string, placeOf: MappedHandler['placeOf']): string {
  return text.replace(FRAME, (frame: string, ...rest: unknown[]) => {
    const { line, column } = rest.at(-1) as { readonly line: string; readonly column: string }
    const place = placeOf(Number(line), Number(column))
    return place ? `at ${place.file}:${place.line}:${place.column}` : frame
  })
}

/** On a local cloud a frame's file lies in its asset's folder, which is named by the code's hash. */
export const assetIn = (text: string): string | undefined => /\/asset\.([0-9a-f]{64})\/index\.mjs/.exec(text)?.[1]

/** A log line of the kit names its function. */
export const functionIn = (text: string): string | undefined => /"function_name":"([^"]+)"/.exec(text)?.[1]
