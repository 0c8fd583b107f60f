/** Variables of every compiled saga. */
const OWN = 'input sagaId origin recovering failure stuck verdict settled broken states'

/**
 * Functions of JSONata and of Step Functions: a variable of the same name would take their place.
 * https://docs.jsonata.org/ and https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
const FUNCTIONS = `string length substring substringBefore substringAfter uppercase lowercase trim pad contains split join match
replace eval base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl number abs floor ceil round power sqrt
random formatNumber formatBase formatInteger parseInteger sum max min average boolean not exists count append sort reverse shuffle
distinct zip keys lookup spread merge sift each error assert type now millis fromMillis toMillis map filter single reduce partition range
hash uuid parse`

/** Names that no step may have. */
export const TAKEN: ReadonlySet<string> = new Set(`${OWN} ${FUNCTIONS}`.split(/\s+/))
