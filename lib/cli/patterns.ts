/** The patterns that say what is mirrored: from the command line, and from variables that hold one a line. */
import { UsageError } from '../model/errors.ts'
import { isPattern, noFilters, type Filters } from '../view/filters.ts'
import { parseChoice } from './choice.ts'
import type { ReadVariable } from './token.ts'

/** What was given with flags. */
interface Given {
  readonly include?: readonly string[] | undefined
  readonly exclude?: readonly string[] | undefined
  readonly dotGithub: boolean
  readonly frontMatter?: string | undefined
}

/**
 * Several patterns that somebody took for a list, or one in quotation marks. Such a line fits nothing, and what it was to
 * leave out would be published.
 */
const slip = /\*.*(?<!\\)[\s,]\*|\/[\s,]|^(["']).*\1$/

/** Those of the variable come first, so that those of the flag can take them back. */
function parsePatterns(flag: string, given: readonly string[], variable: string, value: string | null) {
  const lines = (value ?? '').split(/\r?\n/).filter((line) => !/^\s*$|^#/.test(line))
  for (const [where, texts] of [[variable, lines] as const, [flag, given] as const])
    for (const text of texts) {
      const named = `${where} ${JSON.stringify(text)}`
      if (/[\r\n]/.test(text))
        throw new UsageError(`Cannot use ${named}: it holds a line break; give each pattern a flag of its own`)
      if (!isPattern(text))
        throw new UsageError(`Cannot use ${named}: it is no pattern as .gitignore has them, or one that fits nothing`)
      if (slip.test(text))
        throw new UsageError(
          `Cannot use ${named}: it would be one pattern, marks and blanks included. Give each one alone, as it is, with ` +
            '"\\" before a blank or "[,]" for a comma that is meant',
        )
    }
  return [...lines, ...given]
}

const keepers = ['both', 'huggingface'] as const

/** Throws a `UsageError` for what is no pattern, and for another word than those of `--front-matter`. */
export function parseFilters(
  { include = [], exclude = [], dotGithub, frontMatter }: Given,
  set: ReadVariable,
): Filters {
  const keeper = parseChoice('--front-matter', frontMatter ?? set('MIRROR_FRONT_MATTER') ?? 'both', keepers)
  const filters = {
    ...noFilters,
    dotGithub,
    frontMatter: keeper !== 'both',
    include: parsePatterns('--include', include, 'MIRROR_INCLUDE', set('MIRROR_INCLUDE')),
    exclude: parsePatterns('--exclude', exclude, 'MIRROR_EXCLUDE', set('MIRROR_EXCLUDE')),
  }
  if (filters.include.length > 0 && filters.include.every((text) => text.startsWith('!')))
    throw new UsageError('Cannot use --include: only negative patterns let nothing in; use --exclude')
  return filters
}
