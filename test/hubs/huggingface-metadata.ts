/**
 * Whether the front matter of a README is one that the Hub would take. It stands for a YAML parser and a schema: it
 * knows mappings, lists, block scalars and flow collections well enough to tell a broken one, and the one field that
 * the Hub is strict about.
 */
import type { RepositoryType } from './huggingface-repository.ts'

function hasOpenBracket(value: string): boolean {
  const bare = value.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, '')
  return /["']/.test(bare.charAt(0)) || (/^[[{]/.test(bare) && !/[\]}]\s*(?:#.*)?$/.test(bare))
}

/** Empty when nothing speaks against it. */
export function metadataErrors(readme: string, type: RepositoryType): string[] {
  // The expression that huggingface_hub says is the Hub's own; that in its JavaScript `\s` takes a byte order mark
  // along is a guess.
  const [, matter] = /^\s*---[\r\n]+([\S\s]*?)[\r\n]+---(?:\r\n|\n|$)/.exec(readme) ?? []
  if (matter === undefined) return []
  let block: number | null = null
  for (const [index, line] of matter.split(/\r?\n/).entries()) {
    const indent = line.length - line.trimStart().length
    if (line.trim() === '' || line.trimStart().startsWith('#') || (block !== null && indent > block)) continue
    block = null
    const where = ` (line ${index + 2})`
    if (/^ *\t/.test(line)) return [`YAML: tab characters must not be used in indentation${where}`]
    const item = line.trim().replace(/^(?:- +)+/, '')
    const [, key, value] = /^("[^"]*"|'[^']*'|[^\s#[\]{},"'][^#]*?):(?:\s+(.*))?$/.exec(item) ?? []
    const isItem = /^\s*-/.test(line)
    if (key === undefined && !isItem && indent === 0)
      return [`YAML: can not read an implicit mapping pair; a colon is missed${where}`]
    if (value !== undefined && /^[|>]/.test(value)) block = indent
    if (value !== undefined && (hasOpenBracket(value) || /^[^"'[{].*: /.test(value)))
      return [`YAML: bad indentation of a mapping entry${where}`]
  }
  const license = /^license: *(.*)$/m.exec(matter)?.[1]
  if (license !== undefined && !/^(?:["']?[a-z0-9.-]+["']?)?$/.test(license))
    return ['"license" must be one of the licenses that the Hub knows']
  if (type === 'spaces' && !/^sdk: *\S/m.test(matter)) return ['"sdk" is required']
  return []
}
