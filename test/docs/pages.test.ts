import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands, unknownOptions, unknownScripts } from './called.ts'

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md')]
const text = (page: string) => readFileSync(page, 'utf8')
const FENCE = /^( *)```.*\n[\s\S]*?^\1```$/gm
const prose = (page: string) => text(page).replace(FENCE, '')
/** What stands in code: spans, and lines of blocks. */
function code(page: string): string[] {
  const spans = Array.from(prose(page).matchAll(/`([^`\n]+)`/g), ([, span = '']) => span)
  return [...spans, ...Array.from(text(page).matchAll(FENCE), ([block]) => block.split('\n')).flat()]
}

describe('the pages', () => {
  it('link to files and headings that are there', () => {
    expect(
      pages.flatMap((page) =>
        linksOf(page)
          .filter((link) => !leads(page, link))
          .map((link) => `${page}: ${link}`),
      ),
    ).toEqual([])
  })

  it('show in the README a consumer of the shop, word for word', () => {
    const source = text('functions/loyalty/earn-points.ts')
    expect(text('README.md')).toContain(source.slice(source.indexOf('export const handler')))
  })

  it('name scripts of package.json, and commands of penstock with the options that they have', async () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> }
    const program = await commands()
    const problems = pages.flatMap((page) =>
      code(page).flatMap((line) =>
        [...unknownScripts(line, scripts), ...unknownOptions(line, program)].map((what) => `${page}: ${what}`),
      ),
    )
    expect(problems).toEqual([])
  })

  it('name files and folders of the repository that are there', () => {
    const named = (page: string) => code(page).flatMap((line) => [...line.matchAll(PATH)].map(([path]) => path))
    expect(
      pages.flatMap((page) =>
        named(page)
          .filter((path) => !existsSync(path))
          .map((path) => `${page}: ${path}`),
      ),
    ).toEqual([])
  })

  it('on decisions are all in their index once, each under its own title', () => {
    const index = text('docs/decisions/README.md')
    const entries = readdirSync('docs/decisions')
      .filter((file) => /^\d/.test(file))
      .map((file) => `[${/^# \d+[.:]? (.*)$/m.exec(text(`docs/decisions/${file}`))?.[1]}](${file})`)
    expect(entries.filter((entry) => index.split(entry).length !== 2)).toEqual([])
  })

  it('of the guide are all in its table, and each says what to read next', () => {
    const last = (page: string) => text(`docs/guide/${page}`).trimEnd().split('\n').at(-1) ?? ''
    const index = text('docs/guide/README.md')
    const guide = readdirSync('docs/guide').filter((file) => file !== 'README.md')
    expect(guide.filter((file) => !index.includes(`](${file})`) || !/^Next: .*\]\(/.test(last(file)))).toEqual([])
  })
})

/** A path with a folder of the repository and a file's ending. */
const PATH =
  /(?<![\w./-])(?:bin|lib|functions|contracts|messaging|local|test|bench|docs)\/[\w./-]*\.(?:ts|md|jsonl?)\b/g

const linksOf = (page: string) => [...prose(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = '']) => link)

function leads(page: string, link: string): boolean {
  if (/^https?:/.test(link)) return true
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  return existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor))
}

/** As GitHub makes them of headings. */
const anchorsOf = (page: string): readonly string[] =>
  [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
